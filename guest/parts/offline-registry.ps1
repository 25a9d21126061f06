# Reads settings from the registry of the broken Windows: from a copy of the hive, never the hive itself.

$Text += @{
    'hive-missing' = 'the file is not there'
}

function Copy-Hive {
    # Loading a hive writes to it (its logs are replayed), so a copy is loaded. The logs go with it: the newest changes are only there.
    param([string]$Hive, [string]$Folder)
    foreach ($name in 'SYSTEM', 'SYSTEM.LOG1', 'SYSTEM.LOG2', 'SYSTEM.LOG') {
        $from = $Hive.Substring(0, $Hive.Length - 'SYSTEM'.Length) + $name
        if ($name -eq 'SYSTEM' -or (Test-Path -LiteralPath $from)) {
            Copy-Item -LiteralPath $from -Destination (Join-Path $Folder $name) -Force -ErrorAction Stop
        }
    }
    return (Join-Path $Folder 'SYSTEM')
}

function Invoke-Reg {
    param([string[]]$Arguments)
    # A native command's error text is an error of PowerShell's in 5.1, when errors stop the script.
    $ErrorActionPreference = 'Continue'
    $said = (@(& reg.exe $Arguments 2>&1 | ForEach-Object { "$_".Trim() } | Where-Object { $_ }) -join ' ')
    if ($LASTEXITCODE -ne 0) { throw "reg.exe $($Arguments[0]): $said" }
}

function Get-KeyValue {
    # As written in the hive: %SystemRoot% must not become this VM's own.
    param($Key, [string]$Name)
    return , $Key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
}

function Read-Key {
    # Values of a key by name; a missing key has none. The key is closed, because an open one keeps the hive loaded.
    param([string]$Path, [string[]]$Names)
    $values = @{}
    foreach ($name in $Names) { $values[$name] = $null }
    if (-not (Test-Path -LiteralPath $Path)) { return $values }
    $key = Get-Item -LiteralPath $Path -ErrorAction Stop
    try {
        foreach ($name in $Names) { $values[$name] = Get-KeyValue $key $name }
    } finally {
        $key.Close()
    }
    return $values
}

function Read-System {
    param([string]$Root)
    $select = Read-Key "$Root\Select" @('Current')
    if ($null -eq $select['Current']) { throw 'Select\Current is missing' }
    $set = 'ControlSet{0:d3}' -f [int]$select['Current']
    $crash = Read-Key "$Root\$set\Control\CrashControl" @('CrashDumpEnabled', 'DumpFile', 'MinidumpDir', 'AutoReboot', 'DedicatedDumpFile', 'LastCrashTime')
    $memory = Read-Key "$Root\$set\Control\Session Manager\Memory Management" @('PagingFiles', 'ExistingPageFiles')
    return @{ ControlSet = $set; Crash = $crash; Memory = $memory; Problem = $null }
}

function Get-OfflineSystem {
    param([string]$WindowsRoot)
    $hive = "$WindowsRoot\System32\config\SYSTEM"
    $empty = @{ ControlSet = $null; Crash = @{}; Memory = @{}; Problem = $null; Hive = $hive }
    if (-not (Test-Path -LiteralPath $hive)) {
        $empty.Problem = $Text['hive-missing']
        return $empty
    }
    $name = 'azure-repair-kit-' + [Guid]::NewGuid().ToString('N')
    $folder = Join-Path ([System.IO.Path]::GetTempPath()) $name
    $loaded = $false
    try {
        $null = New-Item -ItemType Directory -Path $folder -Force
        $copy = Copy-Hive $hive $folder
        Invoke-Reg @('load', "HKLM\$name", $copy)
        $loaded = $true
        $system = Read-System "HKLM:\$name"
        $system.Hive = $hive
        return $system
    } catch {
        $empty.Problem = $_.Exception.Message
        return $empty
    } finally {
        if ($loaded) { Remove-LoadedHive $name }
        Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
    }
}

function Remove-LoadedHive {
    param([string]$Name)
    for ($try = 1; $try -le 5; $try++) {
        # Keys that PowerShell still holds are let go by the collector.
        [gc]::Collect()
        [gc]::WaitForPendingFinalizers()
        try {
            Invoke-Reg @('unload', "HKLM\$Name")
            return
        } catch {
            if ($try -eq 5) { Write-Host "the copy of the hive stays loaded as HKLM\${Name}: $($_.Exception.Message)" }
            Start-Sleep -Seconds 1
        }
    }
}

function Get-Setting {
    param($System, [string]$Name)
    if ($System.Crash.ContainsKey($Name)) { return $System.Crash[$Name] }
    return $null
}

function Get-Strings {
    # A REG_MULTI_SZ, or a REG_SZ where one was expected.
    param($System, [string]$Name)
    if (-not $System.Memory.ContainsKey($Name) -or $null -eq $System.Memory[$Name]) { return @() }
    return @($System.Memory[$Name] | ForEach-Object { "$_".Trim() } | Where-Object { $_ })
}
