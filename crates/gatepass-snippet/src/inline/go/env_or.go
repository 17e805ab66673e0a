// envOr returns an environment variable, and fallback where it is not set.
func envOr(name, fallback string) string {
	if value, found := os.LookupEnv(name); found {
		return value
	}
	return fallback
}
