# Runs guest scripts one after another in this process, each as run.ps1 does. A line of JSON on standard input is a run; a line that
# begins with the mark ends its output, and another one its errors.
param([string]$Mark)

while ($null -ne ($line = [Console]::In.ReadLine())) {
    $request = ConvertFrom-Json -InputObject $line
    foreach ($variable in $request.environment.PSObject.Properties) { [Environment]::SetEnvironmentVariable($variable.Name, $variable.Value) }
    Set-Location -LiteralPath $request.folder
    & "$PSScriptRoot/run.ps1" $request.script $request.parameters
    $code = $LASTEXITCODE
    [Console]::Out.WriteLine("$Mark $code")
    [Console]::Error.WriteLine($Mark)
}
