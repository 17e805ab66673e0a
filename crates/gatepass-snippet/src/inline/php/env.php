// Returns an environment variable; where it is not set, the fallback, or the end of the program.
function env(string $name, ?string $fallback = null): string
{
    $value = getenv($name);
    if ($value !== false) {
        return $value;
    }
    if ($fallback === null) {
        fwrite(STDERR, "$name is not set\n");
        exit(1);
    }
    return $fallback;
}
