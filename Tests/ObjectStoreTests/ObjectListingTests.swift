import Testing

@testable import ObjectStore

struct ObjectListingTests {
    private func listing(_ inside: String) -> ObjectListing? {
        ObjectListing(
            xml: Array(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\(inside)</ListBucketResult>
                """.utf8))
    }

    private let object = """
        <Contents><Key>a&amp;b &#233;&#x21;</Key><LastModified>2026-06-01T00:00:00Z</LastModified>
        <ETag>&quot;abc&quot;</ETag><Size>12</Size><Owner><ID>x</ID></Owner><StorageClass>STANDARD</StorageClass></Contents>
        """

    @Test func objectsAndTheNextPageAreRead() throws {
        let page = try #require(
            listing(
                "<Name>b</Name><Prefix/><!-- more --><IsTruncated>true</IsTruncated>"
                    + "<NextContinuationToken>t&lt;1</NextContinuationToken>" + object + object))
        #expect(page.objects.count == 2)
        #expect(page.objects.first == .init(key: "a&b é!", etag: "\"abc\"", size: 12))
        #expect(page.nextToken == "t<1")
        #expect(listing("<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>")?.objects == [])
        #expect(listing("<Contents><Key><![CDATA[<k>]]></Key></Contents>")?.objects.first?.key == "<k>")
    }

    @Test(arguments: [
        "<IsTruncated>true</IsTruncated>", "<Contents><Size>1</Size></Contents>",
        "<Contents><Key>a</Key><Size>-1</Size></Contents>", "<Contents><Key>a</Contents>", "<Key>&unknown;</Key>",
        "</ListBucketResult><ListBucketResult>", "<a", "<!DOCTYPE x>", String(repeating: "<a>", count: 40),
    ]) func whatIsNoListingIsRefused(inside: String) {
        #expect(listing(inside) == nil)
    }

    @Test func everyTruncationIsNoticed() throws {
        let whole = Array("<ListBucketResult>\(object)</ListBucketResult>".utf8)
        #expect(ObjectListing(xml: whole) != nil)
        for count in 0..<whole.count { #expect(ObjectListing(xml: Array(whole[..<count])) == nil) }
    }

    @Test func onlyAWordIsAnErrorsCode() {
        func code(_ text: String) -> String? { ObjectListing.errorCode(xml: Array(text.utf8)) }
        #expect(code("<Error><Code>NoSuchBucket</Code><Message>x</Message></Error>") == "NoSuchBucket")
        #expect(code("<Error><Code>a b</Code></Error>") == nil)
        #expect(code("<html><body>Bad gateway</body></html>") == nil)
    }
}
