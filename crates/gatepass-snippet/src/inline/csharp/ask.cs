/// <summary>Asks on the terminal, without showing what is typed.</summary>
static string Ask(string name)
{
    Console.Error.Write(name + ": ");
    var answer = new StringBuilder();
    for (var key = Console.ReadKey(true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(true))
    {
        if (key.Key != ConsoleKey.Backspace) answer.Append(key.KeyChar);
        else if (answer.Length > 0) answer.Length--;
    }
    Console.Error.WriteLine();
    return answer.ToString();
}
