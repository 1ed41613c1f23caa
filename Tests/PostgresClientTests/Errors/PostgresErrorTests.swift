import Testing

@testable import PostgresClient

@Suite struct PostgresErrorTests {
    @Test func serverErrorsKeepTheirFields() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("create temp table t (a int8 primary key, b text not null)")
            try await connection.execute("insert into t values (1, 'x')")
            let duplicate = await expectError(.server, sqlState: "23505") {
                try await connection.execute("insert into t values (\(Int64(1)), 'secret')")
            }
            #expect(duplicate?.constraint == "t_pkey")
            #expect(duplicate?.table == "t")
            #expect(duplicate?.detail?.contains("(1)") == true)
            #expect(duplicate?.isRetryable == false)
            let missing = await expectError(.server, sqlState: "23502") {
                try await connection.execute("insert into t values (2, null)")
            }
            #expect(missing?.column == "b")
        }
    }

    @Test func descriptionsHideValuesAndStatements() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("create temp table t (a text primary key)")
            try await connection.execute("insert into t values ('hush')")
            for sql in ["select hush", "select \("hush")::int", "select 1 from hush", "insert into t values ('hush')"]
                as [SQL]
            {
                let error = await expectError(.server) { try await connection.execute(sql) }
                #expect(error?.description.contains("hush") == false)
                #expect(error?.debugDescription.contains("hush") == true)
                #expect(error.map { "\($0)".contains($0.sqlState ?? "?") } == true)
            }
        }
    }

    @Test func scriptErrorsCarryStateAndPosition() async throws {
        try await withTestConnection { connection in
            let error = await expectError(.server, sqlState: "42P01") {
                try await connection.executeScript("select 1;\nselect * from no_such_table;")
            }
            #expect(error?.position == 25)
            await expectError(.server, sqlState: "42601") { try await connection.executeScript("selec 1") }
            await expectError(.encoding) { try await connection.executeScript("select 1\0") }
        }
    }

    @Test(arguments: [
        ("40001", true), ("40P01", true), ("57P03", true), ("57P01", true), ("53300", true), ("08006", true),
        ("55P03", true), ("23505", false), ("42601", false), ("57014", false), ("28P01", false), ("3D000", false),
    ])
    func retryabilityFollowsTheState(sqlState: String, isRetryable: Bool) {
        #expect(PostgresError(.server, "", sqlState: sqlState).isRetryable == isRetryable)
        #expect(PostgresError(.connectionFailed, "", sqlState: sqlState).isRetryable == isRetryable)
    }

    @Test func retryabilityFollowsTheKind() {
        let retryable = PostgresError.Kind.allCases.filter { PostgresError($0, "").isRetryable }
        #expect(Set(retryable) == [.connectionFailed, .connectionLost, .timeout, .poolExhausted])
        #expect(!PostgresError(.connectionFailed, PostgresError.invalidConnectionString).isRetryable)
    }

    @Test func aFailedConnectionSaysWhatToCheck() async {
        let error = await #expect(throws: PostgresError.self) {
            _ = try await PostgresConnection.connect("host=127.0.0.1 port=1 dbname=d user=u")
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("PostgreSQL cannot be reached: connection to server at \"127.0.0.1\", port 1 failed"))
        #expect(text.hasSuffix("; check that the server runs and that the connection string names its host and port"))
        #expect(!text.contains("\t"), "\(text)")
        #expect(
            PostgresError(.connectionFailed, "no such database", sqlState: "3D000").description
                == "PostgreSQL refused the connection (3D000): no such database; "
                + "check user, password and database in the connection string")
        #expect(
            PostgresError(.connectionFailed, "starting up", sqlState: "57P03").description
                == "PostgreSQL refused the connection (57P03): starting up; try again in a moment")
        for kind in PostgresError.Kind.allCases {
            let text = PostgresError(kind, "m").description
            #expect(kind == .cancelled || kind == .server || kind == .timeout || !text.contains(kind.rawValue))
        }
    }

    @Test func statesAreTakenOutOfConnectionMessages() {
        let (text, state) = ConnectionHandle.withoutSQLState(
            "connection failed: FATAL:  57P03: the system is starting up")
        #expect(state == "57P03")
        #expect(text == "connection failed: FATAL: the system is starting up")
        #expect(ConnectionHandle.withoutSQLState("connection refused").sqlState == nil)
        #expect(ConnectionHandle.withoutSQLState("").sqlState == nil)
    }
}
