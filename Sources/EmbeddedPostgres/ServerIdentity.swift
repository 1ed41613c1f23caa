import CProcess
import Foundation

/// The user the server runs as and its files belong to: the caller, or an unprivileged one when the caller is root.
struct ServerIdentity: Sendable {
    /// The users root's server runs as, the first that exists.
    static let unprivilegedUsers = ["postgres", "nobody"]

    let name: String
    private let identity: cprocess_identity

    var uid: UInt32 { identity.uid }

    /// The identity for the folder `directory` with the cluster `cluster`: under root, whoever owns what is there
    /// already, so that one data directory stays with one user.
    static func choose(directory: String, cluster: String) throws(EmbeddedPostgresError) -> ServerIdentity {
        let caller = geteuid()
        guard caller == 0 else { return ServerIdentity(uid: caller) }
        for path in [cluster, directory] {
            if let owner = owner(of: path), owner != 0 { return ServerIdentity(uid: owner) }
        }
        for name in unprivilegedUsers {
            var identity = cprocess_identity()
            if unsafe cprocess_lookup_user(name, 0, &identity) == 0, identity.uid != 0 {
                return ServerIdentity(name: name, identity: identity)
            }
        }
        throw .unusable(
            path: directory,
            reason: "PostgreSQL does not run as root, and none of the users "
                + unprivilegedUsers.joined(separator: ", ") + " exists",
            mend: "create the user postgres, or run as a user other than root")
    }

    /// The identity of a user by number; without an entry in the user database its group is the user's number.
    init(uid: UInt32) {
        var found = cprocess_identity()
        if unsafe cprocess_lookup_user(nil, uid, &found) == 0 {
            name = Self.text(of: found)
        } else {
            found.uid = uid
            found.gid = uid
            found.groups.0 = uid
            found.group_count = 1
            name = String(uid)
        }
        identity = found
    }

    private init(name: String, identity: cprocess_identity) {
        self.name = name
        self.identity = identity
    }

    /// Lends the identity to a C call.
    func withUnsafeIdentity<Result>(_ body: (UnsafePointer<cprocess_identity>) -> Result) -> Result {
        unsafe withUnsafePointer(to: identity) { unsafe body($0) }
    }

    /// Throws when the server's user cannot reach a folder, naming the folder on the way that stops it.
    func requireAccess(to directory: String) throws(EmbeddedPostgresError) {
        guard geteuid() == 0, !canEnter(directory) else { return }
        var passed = ""
        for part in directory.split(separator: "/") {
            passed += "/" + part
            if !canEnter(passed) {
                throw .unreachable(folder: passed, dataDirectory: directory, user: name)
            }
        }
        throw .unreachable(folder: directory, dataDirectory: directory, user: name)
    }

    private func canEnter(_ folder: String) -> Bool {
        unsafe withUnsafeIdentity { unsafe cprocess_can_enter(folder, $0) } == 0
    }

    private static func text(of identity: cprocess_identity) -> String {
        unsafe withUnsafeBytes(of: identity.name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func owner(of path: String) -> UInt32? {
        var info = stat()
        guard unsafe lstat(path, &info) == 0 else { return nil }
        return info.st_uid
    }
}
