// Asks on the terminal, without showing what is typed.
function ask(string $name): string
{
    fwrite(STDERR, "$name: ");
    shell_exec('stty -echo </dev/tty');
    $answer = fgets(STDIN);
    shell_exec('stty echo </dev/tty');
    fwrite(STDERR, "\n");
    if ($answer === false) {
        exit(1);
    }
    return rtrim($answer, "\r\n");
}
