import CurlTransport
import ObjectStore
import Testing

/// A bucket of a server that checks signatures.
@Suite(.timeLimit(.minutes(5)))
struct ObjectBucketTests {
    private func bucket(_ address: ObjectBucket.Address, pageObjects: Int = 1_000) -> ObjectBucket {
        ObjectBucket(address, userAgent: "tally/test", limits: FetchLimits(bytes: 1 << 20), pageObjects: pageObjects)
    }

    private func reason(_ body: () async throws(ObjectStoreError) -> Void) async -> String {
        do throws(ObjectStoreError) {
            try await body()
            return "none"
        } catch {
            return error.description
        }
    }

    @Test func objectsAreListedPageByPageAndRead() async throws {
        let server = try BucketServer()
        let keys = ["logs/a b+c.jsonl", "logs/é&<=>?.jsonl", "logs/../up.jsonl", "logs/plain.jsonl", "other/x"]
        for key in keys { try server.put(Array("content of \(key)".utf8), as: key) }
        let paged = bucket(server.address(), pageObjects: 2)
        var objects: [ObjectListing.Object] = []
        var token: String?
        var pages = 0
        repeat {
            let page = try await paged.list(prefix: "logs/", after: token)
            objects += page.objects
            token = page.nextToken
            pages += 1
        } while token != nil
        #expect(pages == 2)
        #expect(objects.map(\.key).sorted() == keys.dropLast().sorted())
        for object in objects {
            let content = try await paged.content(of: object.key, etag: object.etag)
            #expect(content.map { String(decoding: $0, as: UTF8.self) } == "content of \(object.key)")
            #expect(content?.count == object.size)
        }
        #expect(try await bucket(server.address()).list(prefix: "").objects.count == keys.count)
        // What is in another state by now, or gone, is not read.
        let first = try #require(objects.first)
        try server.put(Array("changed".utf8), as: first.key)
        #expect(try await paged.content(of: first.key, etag: first.etag) == nil)
        #expect(try await paged.content(of: "logs/none", etag: first.etag) == nil)
        // Whoever does not know the secret learns nothing.
        let stranger = bucket(server.address(secret: "wrong"))
        let refused = await reason { () throws(ObjectStoreError) in _ = try await stranger.list(prefix: "") }
        #expect(refused.contains("the access key is not accepted"), "\(refused)")
        let missing = bucket(server.address(bucket: "none"))
        let unknown = await reason { () throws(ObjectStoreError) in _ = try await missing.list(prefix: "") }
        #expect(unknown.contains("there is no such bucket"), "\(unknown)")
        let small = ObjectBucket(server.address(), userAgent: "t", limits: FetchLimits(bytes: 8))
        let tooLarge = await reason { () throws(ObjectStoreError) in
            _ = try await small.content(of: "other/x", etag: objects[0].etag)
        }
        #expect(tooLarge == "none" || tooLarge.contains("larger than 8 bytes"))
    }
}
