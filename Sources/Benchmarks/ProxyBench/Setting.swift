/// A kind of call over a number of connections.
struct Setting: Hashable {
    let workload: Workload
    let connections: Int
}
