# Returns an environment variable, and ends the program where it is not set.
function Read-Env([string]$Name) {
    $value = [Environment]::GetEnvironmentVariable($Name)
    if ($null -eq $value) { throw "$Name is not set" }
    $value
}
