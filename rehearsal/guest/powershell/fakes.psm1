# Commands of Windows that PowerShell elsewhere does not have, answered by the simulated Windows over the bridge.
# Thin on purpose: what an answer is, is decided there. A parameter that is not declared here fails the script.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$Bridge = $env:AZURE_REPAIR_KIT_BRIDGE
$SecondsFactor = [double]$env:AZURE_REPAIR_KIT_SECONDS_FACTOR
$Client = New-Object System.Net.Http.HttpClient

function Invoke-Bridge {
    param([string]$Command, [System.Collections.IDictionary]$Parameters)
    $body = ConvertTo-Json -InputObject @{ command = $Command; parameters = $Parameters } -Compress -Depth 5
    $content = New-Object System.Net.Http.StringContent $body, ([System.Text.Encoding]::UTF8), 'application/json'
    $response = $Client.PostAsync("$Bridge/call", $content).GetAwaiter().GetResult()
    $answer = ConvertFrom-Json -InputObject $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    if (-not $response.IsSuccessStatusCode) { throw $answer.message }
    return $answer.value
}

function Invoke-Simulated {
    # Runs a command of the same name there, with the parameters given but the common ones.
    param($Cmdlet, $Bound)
    $parameters = @{}
    foreach ($name in $Bound.Keys) {
        if ($name -notin 'ErrorAction', 'WarningAction', 'Verbose', 'Debug') {
            $value = $Bound[$name]
            $parameters[$name] = $(if ($value -is [char]) { "$value" } elseif ($value -is [switch]) { [bool]$value } else { $value })
        }
    }
    return Invoke-Bridge $Cmdlet.MyInvocation.MyCommand.Name $parameters
}

function Read-Bytes {
    param([string]$Path, [string]$Range = '')
    $uri = "$Bridge/bytes?path=" + [Uri]::EscapeDataString($Path) + $Range
    $response = $Client.GetAsync($uri).GetAwaiter().GetResult()
    if (-not $response.IsSuccessStatusCode) {
        throw (ConvertFrom-Json -InputObject $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()).message
    }
    return , $response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult()
}

function Write-UnknownCommand {
    # Tells the bridge of a command that is nowhere. PowerShell also tries each name with Get- before it.
    param([string]$Name)
    if ($Name -notmatch '^get-.+-') { try { $null = Invoke-Bridge $Name @{} } catch { } }
}

# --- disks ---

function ConvertTo-Letter {
    param($Cmdlet, $Items)
    $there = @($Items | Where-Object { $null -ne $_ })
    foreach ($item in $there) {
        # Windows gives the character 0 for no letter.
        $item.DriveLetter = $(if ($item.DriveLetter) { [char]$item.DriveLetter } else { [char]0 })
        $item
    }
    if ($there.Count -eq 0) {
        # Nothing found is an error of the commands of the Storage module.
        $nothing = New-Object System.Exception 'No matching MSFT objects found.'
        $Cmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord $nothing, 'CmdletizationQuery_NotFound', 'ObjectNotFound', $null))
    }
}

function Get-Disk {
    [CmdletBinding()] param([uint32]$Number)
    try { Invoke-Simulated $PSCmdlet $PSBoundParameters } catch { $PSCmdlet.WriteError($_) }
}

function Set-Disk {
    [CmdletBinding()] param([uint32]$Number, [bool]$IsOffline, [bool]$IsReadOnly)
    try { $null = Invoke-Simulated $PSCmdlet $PSBoundParameters } catch { $PSCmdlet.WriteError($_) }
}

function Update-HostStorageCache {
    [CmdletBinding()] param()
    try { $null = Invoke-Simulated $PSCmdlet $PSBoundParameters } catch { $PSCmdlet.WriteError($_) }
}

function Get-Partition {
    [CmdletBinding()] param([uint32]$DiskNumber, [char]$DriveLetter)
    try { ConvertTo-Letter $PSCmdlet (Invoke-Simulated $PSCmdlet $PSBoundParameters) } catch { $PSCmdlet.WriteError($_) }
}

function Set-Partition {
    [CmdletBinding()] param([uint32]$DiskNumber, [uint32]$PartitionNumber, [char]$NewDriveLetter)
    try { $null = Invoke-Simulated $PSCmdlet $PSBoundParameters } catch { $PSCmdlet.WriteError($_) }
}

function Remove-PartitionAccessPath {
    [CmdletBinding()] param([uint32]$DiskNumber, [uint32]$PartitionNumber, [string]$AccessPath)
    try { $null = Invoke-Simulated $PSCmdlet $PSBoundParameters } catch { $PSCmdlet.WriteError($_) }
}

function Get-Volume {
    [CmdletBinding()] param($Partition, [char]$DriveLetter)
    $bound = @{}
    if ($PSBoundParameters.ContainsKey('DriveLetter')) { $bound = @{ DriveLetter = $DriveLetter } }
    if ($Partition) { $bound = @{ DiskNumber = $Partition.DiskNumber; PartitionNumber = $Partition.PartitionNumber } }
    try { ConvertTo-Letter $PSCmdlet (Invoke-Simulated $PSCmdlet $bound) } catch { $PSCmdlet.WriteError($_) }
}

function Get-CimInstance {
    [CmdletBinding()] param([string]$ClassName, [string]$Filter)
    try { Invoke-Simulated $PSCmdlet $PSBoundParameters } catch { $PSCmdlet.WriteError($_) }
}

function Get-BitLockerVolume {
    [CmdletBinding()] param([string]$MountPoint)
    try { Invoke-Simulated $PSCmdlet $PSBoundParameters } catch { $PSCmdlet.WriteError($_) }
}

function Unlock-BitLocker {
    [CmdletBinding()] param([string]$MountPoint, [string]$RecoveryPassword)
    try { Invoke-Simulated $PSCmdlet $PSBoundParameters } catch { $PSCmdlet.WriteError($_) }
}

# Stands for CreateFile on a disk: a file that holds the first bytes of each partition at its place.
class RawRead {
    static [Microsoft.Win32.SafeHandles.SafeFileHandle] CreateFile($name, $access, $share, $security, $creation, $flags, $template) {
        if ($name -notmatch '^\\\\\.\\PhysicalDrive(\d+)$' -or $access -ne 2147483648 -or $creation -ne 3) { throw "CreateFile $name is not simulated" }
        $partitions = Invoke-Bridge 'Read-FirstBytes' @{ DiskNumber = [int]$Matches[1] }
        $path = [System.IO.Path]::GetTempFileName()
        $file = [System.IO.File]::Create($path)
        foreach ($partition in @($partitions)) {
            $file.Position = $partition.offset
            $file.Write([Convert]::FromBase64String($partition.bytes))
        }
        $file.Dispose()
        return [System.IO.File]::OpenHandle($path)
    }
}

# Stands for MoveFileEx on the copy.
class RawMove {
    static [bool] MoveFileEx($from, $to, $flags) {
        if ($flags -ne 9) { throw "MoveFileEx with the flags $flags is not simulated" }
        try { $null = Invoke-Bridge 'Move-File' @{ From = $from; To = $to } } catch { return $false }
        return $true
    }
}

function Add-Type {
    # No compiler is there: the functions of Windows that scripts declare are classes of this file, by their name.
    [CmdletBinding()] param([string]$MemberDefinition, [string]$Name, [string]$Namespace, [string[]]$UsingNamespace, [switch]$PassThru)
    switch ($Name) {
        'RawRead' { return [RawRead] }
        'RawMove' { return [RawMove] }
        default { throw "the type $Name is not simulated" }
    }
}

# --- registry ---

function reg.exe {
    $words = @($args | ForEach-Object { $_ } | ForEach-Object { "$_" })
    $answer = Invoke-Bridge 'reg.exe' @{ Arguments = $words }
    $global:LASTEXITCODE = [int]$answer.exitCode
    $answer.output
}

function fsutil.exe {
    $words = @($args | ForEach-Object { $_ } | ForEach-Object { "$_" })
    $answer = Invoke-Bridge 'fsutil.exe' @{ Arguments = $words }
    $global:LASTEXITCODE = [int]$answer.exitCode
    $answer.output
}

function ConvertTo-RegistryData {
    param($Value)
    switch ($Value.kind) {
        'DWord' { return [int]$Value.data }
        'QWord' { return [long]$Value.data }
        'Binary' { return , [Convert]::FromBase64String($Value.data) }
        'MultiString' { return , [string[]]@($Value.data) }
        default { return [string]$Value.data }
    }
}

function New-Key {
    param([string]$Path, $Facts)
    $data = @{}
    $kinds = @{}
    foreach ($value in @($Facts.values)) {
        if ($null -ne $value) {
            $data[$value.name] = ConvertTo-RegistryData $value
            $kinds[$value.name] = $value.kind
        }
    }
    $key = [pscustomobject]@{ Name = $Path; Data = $data; Kinds = $kinds; Open = $true }
    $key | Add-Member -MemberType ScriptMethod -Name GetValueKind -Value { param($Name) $this.Kinds[$Name] }
    $key | Add-Member -MemberType ScriptMethod -Name Close -Value { $this.Open = $false }
    $key | Add-Member -MemberType ScriptMethod -Name GetValue -Value {
        param($Name, $Default, $Options)
        if (-not $this.Open) { throw 'Cannot access a closed registry key.' }
        if (-not $this.Data.ContainsKey($Name)) { return $Default }
        $value = $this.Data[$Name]
        # What .NET does unless told otherwise: the variables of this VM, which are not those of the broken one.
        if ($this.Kinds[$Name] -eq 'ExpandString' -and "$Options" -ne 'DoNotExpandEnvironmentNames') {
            $value = $value -replace '%(SystemRoot|windir)%', 'C:\Windows' -replace '%SystemDrive%', 'C:'
        }
        return , $value
    }
    return $key
}

function New-ItemProperty {
    [CmdletBinding()] param([string]$LiteralPath, [string]$Name, $Value, [string]$PropertyType, [switch]$Force)
    $data = $(if ($Value -is [byte[]]) { [Convert]::ToBase64String($Value) } else { , $Value })
    $bound = @{ Path = $LiteralPath; Name = $Name; Value = $data; PropertyType = $PropertyType }
    try { $null = Invoke-Bridge 'New-ItemProperty' $bound } catch { $PSCmdlet.WriteError($_) }
}

function Remove-ItemProperty {
    [CmdletBinding()] param([string]$LiteralPath, [string]$Name)
    try { $null = Invoke-Bridge 'Remove-ItemProperty' @{ Path = $LiteralPath; Name = $Name } } catch { $PSCmdlet.WriteError($_) }
}

# --- files ---

# Reads a file of the attached disk in ranges, so that a dump of any size needs no copy.
class SimulatedStream : System.IO.Stream {
    hidden [string] $Path
    hidden [long] $Size
    hidden [long] $At = 0
    SimulatedStream([string] $path, [long] $size) { $this.Path = $path; $this.Size = $size }
    [bool] get_CanRead() { return $true }
    [bool] get_CanSeek() { return $true }
    [bool] get_CanWrite() { return $false }
    [long] get_Length() { return $this.Size }
    [long] get_Position() { return $this.At }
    [void] set_Position([long] $value) { $this.At = $value }
    [void] Flush() { }
    [void] Flush([bool] $toDisk) { }
    [void] SetLength([long] $value) { throw 'The media is write protected.' }
    [void] Write([byte[]] $buffer, [int] $offset, [int] $count) { throw 'The media is write protected.' }
    [long] Seek([long] $offset, [System.IO.SeekOrigin] $origin) {
        if ($origin -eq 'Begin') { $this.At = $offset } elseif ($origin -eq 'Current') { $this.At += $offset } else { $this.At = $this.Size + $offset }
        return $this.At
    }
    [int] Read([byte[]] $buffer, [int] $offset, [int] $count) {
        $length = [int][Math]::Min([long]$count, $this.Size - $this.At)
        if ($length -le 0) { return 0 }
        $bytes = Read-Bytes $this.Path "&offset=$($this.At)&length=$length"
        [Array]::Copy($bytes, 0, $buffer, $offset, $bytes.Length)
        $this.At += $bytes.Length
        return $bytes.Length
    }
}

function Test-Simulated {
    param([string]$Path)
    return $Path -match '^([A-Za-z]|HKLM):'
}

function New-File {
    # As much of FileInfo and DirectoryInfo as scripts use.
    param($Facts)
    $file = [pscustomobject]@{
        Name = $Facts.name; FullName = $Facts.fullName; PSIsContainer = [bool]$Facts.isFolder; Length = [long]$Facts.size
        LastWriteTimeUtc = $(if ($Facts.modified) { [DateTime]$Facts.modified } else { [DateTime]::MinValue })
    }
    $file | Add-Member -MemberType ScriptMethod -Name Open -Value {
        param($Mode, $Access, $Share)
        # For writing only what a script has written itself can be opened, to be flushed.
        if ("$Mode $Access" -ne 'Open Read' -and $this.Name -notlike '*.azure-repair-kit.new') { throw 'The media is write protected.' }
        return , [SimulatedStream]::new($this.FullName, $this.Length)
    }
    return $file
}

function Test-Path {
    [CmdletBinding()] param([Parameter(Position = 0)][string]$Path, [string]$LiteralPath, [string]$PathType = 'Any')
    $wanted = $(if ($LiteralPath) { $LiteralPath } else { $Path })
    if (-not (Test-Simulated $wanted)) { return (Microsoft.PowerShell.Management\Test-Path @PSBoundParameters) }
    try { $found = Invoke-Bridge 'Find-Path' @{ Path = $wanted } } catch { return $false }
    if ($null -eq $found) { return $false }
    return $PathType -eq 'Any' -or ($PathType -eq 'Container') -eq [bool]$found.isFolder
}

function Get-Item {
    [CmdletBinding()] param([string]$LiteralPath, [switch]$Force)
    if (-not (Test-Simulated $LiteralPath)) { return (Microsoft.PowerShell.Management\Get-Item @PSBoundParameters) }
    try {
        $key = $LiteralPath -match '^HKLM:'
        $found = Invoke-Bridge $(if ($key) { 'Get-Key' } else { 'Find-Path' }) @{ Path = $LiteralPath }
        if ($null -eq $found) { throw "Cannot find path '$LiteralPath' because it does not exist." }
        if ($key) { New-Key $LiteralPath $found } else { New-File $found }
    } catch { $PSCmdlet.WriteError($_) }
}

function Get-ChildItem {
    [CmdletBinding()] param([string]$LiteralPath, [switch]$Force)
    if (-not (Test-Simulated $LiteralPath)) { return (Microsoft.PowerShell.Management\Get-ChildItem @PSBoundParameters) }
    try {
        foreach ($file in @(Invoke-Bridge 'Get-ChildItem' @{ Path = $LiteralPath })) { if ($null -ne $file) { New-File $file } }
    } catch { $PSCmdlet.WriteError($_) }
}

function Copy-Item {
    [CmdletBinding()] param([string]$LiteralPath, [string]$Destination, [switch]$Force)
    if (Test-Simulated $Destination) {
        $bytes = [Convert]::ToBase64String([System.IO.File]::ReadAllBytes($LiteralPath))
        try { $null = Invoke-Bridge 'Write-File' @{ Path = $Destination; Bytes = $bytes } } catch { $PSCmdlet.WriteError($_) }
        return
    }
    if (-not (Test-Simulated $LiteralPath)) { return (Microsoft.PowerShell.Management\Copy-Item @PSBoundParameters) }
    try { [System.IO.File]::WriteAllBytes($Destination, (Read-Bytes $LiteralPath)) } catch { $PSCmdlet.WriteError($_) }
}

function New-Item {
    [CmdletBinding()] param([string]$ItemType, [string]$Path, [switch]$Force)
    if (Test-Simulated $Path) { throw 'The media is write protected.' }
    Microsoft.PowerShell.Management\New-Item @PSBoundParameters
}

function Remove-Item {
    [CmdletBinding()] param([string]$LiteralPath, [switch]$Recurse, [switch]$Force)
    if (Test-Simulated $LiteralPath) {
        try { $null = Invoke-Bridge 'Remove-File' @{ Path = $LiteralPath } } catch { $PSCmdlet.WriteError($_) }
        return
    }
    Microsoft.PowerShell.Management\Remove-Item @PSBoundParameters
}

# --- the rest ---

function Start-Sleep {
    [CmdletBinding()] param([double]$Seconds)
    [System.Threading.Thread]::Sleep([int](1000 * $Seconds * $SecondsFactor))
}

function Invoke-RestMethod {
    [CmdletBinding()] param([Parameter(Position = 0)][Uri]$Uri, [hashtable]$Headers, [int]$TimeoutSec, [switch]$UseBasicParsing)
    if ($Uri.Host -ne '169.254.169.254') { throw "only the instance metadata service is asked with Invoke-RestMethod, not $($Uri.Host)" }
    $forwarded = [Uri]($Bridge + $Uri.PathAndQuery)
    Microsoft.PowerShell.Utility\Invoke-RestMethod -Uri $forwarded -Headers $Headers -TimeoutSec $TimeoutSec
}

# BitLocker is a feature of Windows Server: without it, its commands are not there.
if (-not (Invoke-Bridge 'Test-BitLockerFeature' @{})) { Microsoft.PowerShell.Management\Remove-Item function:Get-BitLockerVolume, function:Unlock-BitLocker }

Export-ModuleMember -Function Get-*, Set-*, Unlock-*, Update-*, Remove-*, Add-Type, Test-Path, Copy-Item, New-Item, New-ItemProperty, Start-Sleep, Invoke-RestMethod, Write-UnknownCommand, reg.exe, fsutil.exe
