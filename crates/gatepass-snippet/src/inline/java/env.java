/** Returns an environment variable, and ends the program where it is not set. */
static String env(String name) {
    String value = System.getenv(name);
    if (value == null) {
        throw new IllegalStateException(name + " is not set");
    }
    return value;
}
