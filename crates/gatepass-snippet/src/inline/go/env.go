// env returns an environment variable, and ends the program where it is not set.
func env(name string) string {
	value, found := os.LookupEnv(name)
	if !found {
		log.Fatalf("%s is not set", name)
	}
	return value
}
