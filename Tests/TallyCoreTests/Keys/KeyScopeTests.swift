import TallyCore
import Testing

struct KeyScopeTests {
    @Test(arguments: [
        (KeyScope.read, [KeyScope.read, .admin]), (.ingest, [.ingest, .admin]), (.proxy, [.proxy]), (.admin, [.admin]),
    ])
    func isGrantedByItselfAndByAdminButForTheProxy(scope: KeyScope, granting: [KeyScope]) {
        #expect(KeyScope.allCases.filter { scope.isGranted(by: [$0]) } == granting)
        #expect(!scope.isGranted(by: []))
        #expect(scope.isGranted(by: Set(KeyScope.allCases)))
    }
}
