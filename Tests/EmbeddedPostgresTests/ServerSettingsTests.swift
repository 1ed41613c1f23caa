import Testing

@testable import EmbeddedPostgres

struct ServerSettingsTests {
    @Test(
        arguments: [
            (0, "128MB"), (512 << 20, "64MB"), (1 << 30, "128MB"), ((4 << 30) - 1, "128MB"), (4 << 30, "256MB"),
        ] as [(UInt64, String)])
    func cacheFollowsTheMemory(memory: UInt64, buffers: String) {
        #expect(ServerSettings.sharedBuffers(memory: memory) == buffers)
    }
}
