// Joins texts; the last argument is a null pointer. It ends the program where there is no memory.
static char *concat(const char *first, ...)
{
    size_t length = 0;
    char *joined = malloc(1);
    va_list rest;
    va_start(rest, first);
    for (const char *part = first; part; part = va_arg(rest, const char *)) {
        size_t more = strlen(part);
        joined = joined ? realloc(joined, length + more + 1) : NULL;
        if (!joined)
            abort();
        memcpy(joined + length, part, more);
        length += more;
    }
    va_end(rest);
    joined[length] = '\0';
    return joined;
}
