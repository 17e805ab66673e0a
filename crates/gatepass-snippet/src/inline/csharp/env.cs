/// <summary>Returns an environment variable, and ends the program where it is not set.</summary>
static string Env(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException(name + " is not set");
