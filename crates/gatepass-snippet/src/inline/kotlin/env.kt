/** Returns an environment variable, and ends the program where it is not set. */
fun env(name: String): String = System.getenv(name) ?: error("$name is not set")
