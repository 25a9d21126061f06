# Runs a guest script with the simulated Windows around it. Parameters come from a file, so that no value is in a list of arguments;
# each value has one character before it.
param([string]$Script, [string]$ParameterFile)

$ErrorActionPreference = 'Stop'
# Anew each time: it reads where its bridge is when it is imported.
Import-Module "$PSScriptRoot/fakes.psm1" -DisableNameChecking -Force
$given = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($ParameterFile))
$parameters = @{}
foreach ($one in @($given.parameters)) { if ($null -ne $one) { $parameters[$one.name] = ([string]$one.value).Substring(1) } }
$ErrorActionPreference = 'Continue'
$ExecutionContext.SessionState.InvokeCommand.CommandNotFoundAction = { param($Name) Write-UnknownCommand $Name }
$global:LASTEXITCODE = 0
& $Script @parameters
exit $LASTEXITCODE
