// Returns an environment variable, and the fallback where it is not set.
static const char *env_or(const char *name, const char *fallback)
{
    const char *value = getenv(name);
    return value ? value : fallback;
}
