import PostgresClient
import Testing

struct ConnectionTargetTests {
    @Test(arguments: [
        ("host=db port=5433 dbname=tally user=t password=secret", "dbname=tally host=db port=5433 user=t"),
        ("postgresql://t:secret@db:5433/tally?sslmode=require", "dbname=tally host=db port=5433 user=t"),
        ("service=main password='a b'", "service=main"), ("", ""),
    ])
    func namesTheTargetWithoutCredentials(conninfo: String, words: String) {
        #expect(ConnectionTarget.words(of: conninfo) == words)
    }

    @Test(arguments: ["nonsense", "host='", "postgresql://[", "host=a\0b"])
    func whatLibpqCannotReadIsNone(conninfo: String) {
        #expect(ConnectionTarget.words(of: conninfo) == nil)
    }
}
