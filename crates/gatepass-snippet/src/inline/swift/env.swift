// Returns an environment variable, and ends the program where it is not set.
func env(_ name: String) -> String {
    guard let value = ProcessInfo.processInfo.environment[name] else {
        FileHandle.standardError.write(Data("\(name) is not set\n".utf8))
        exit(1)
    }
    return value
}
