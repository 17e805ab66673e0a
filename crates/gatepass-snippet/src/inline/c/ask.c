// Asks on the terminal, without showing what is typed. Each answer has memory of its own.
static const char *ask(const char *question)
{
    const char *typed = getpass(question);
    char *answer = typed ? malloc(strlen(typed) + 1) : NULL;
    if (!answer) {
        fprintf(stderr, "\nthere is no answer\n");
        exit(1);
    }
    return strcpy(answer, typed);
}
