# Runs the guest script that collects a dump, unmodified, on a folder that stands for the drive F:. Only what is Windows' or Azure's
# own is put in its place: the drive, and where tokens are from.
param([string]$Script, [string]$Folder, [string]$ContainerUrl, [string]$TokenUrl)

$null = New-PSDrive -Name F -PSProvider FileSystem -Root $Folder -Scope Global

function Invoke-RestMethod {
    param([Uri]$Uri, [hashtable]$Headers, [int]$TimeoutSec, [switch]$UseBasicParsing)
    if ($Uri.Host -ne '169.254.169.254') { throw "only the instance metadata service is asked with Invoke-RestMethod, not $($Uri.Host)" }
    Microsoft.PowerShell.Utility\Invoke-RestMethod -Uri $TokenUrl
}

& $Script -WindowsRoot 'F:\Windows' -ContainerUrl $ContainerUrl -BlobPrefix 'vm1/snapshot1' -IdentityClientId 'bench' -RunId '1'
exit $LASTEXITCODE
