// Asks on the terminal, without showing what is typed.
function ask(string $name): string
{
    fwrite(STDERR, "$name: ");
    shell_exec('stty -echo </dev/tty');
    $answer = rtrim(fgets(STDIN), "\r\n");
    shell_exec('stty echo </dev/tty');
    fwrite(STDERR, "\n");
    return $answer;
}
