# Dumps that are told but never taken for the crash: of a running system, and of single programs.

# Processes whose end stops Windows with 0xC000021A or 0xEF.
$CriticalPrograms = @('csrss.exe', 'lsass.exe', 'services.exe', 'smss.exe', 'svchost.exe', 'wininit.exe', 'winlogon.exe')

$Text += @{
    'place-live'    = 'dumps of a running system'
    'place-program' = 'dumps of single programs'
    'live-none'     = '{0}: none there'
    'live-some'     = '{0}: {1} there, this one the newest; left, for they show no crash'
    'program-none'  = '{0}: none there of a process whose end stops Windows'
    'program-some'  = '{0}: {1} of processes whose end stops Windows, this one the newest; left, for each holds one process only'
}

function Test-Like {
    param([string]$Name, [string[]]$Patterns)
    foreach ($pattern in $Patterns) { if ($Name -like $pattern) { return $true } }
    return $false
}

function Get-DumpsBelow {
    # Path and time of the files that fit, in a folder and in those of its folders that fit.
    param([string]$Folder, [string[]]$Patterns, [string[]]$Folders)
    $files = @()
    foreach ($entry in @(Get-Entries $Folder)) {
        $path = $Folder + '\' + $entry.Name
        if ($entry.PSIsContainer) {
            if (Test-Like $entry.Name $Folders) { $files += @(Get-DumpsBelow $path $Patterns @()) }
        } elseif (Test-Like $entry.Name $Patterns) {
            $files += @{ Path = $path; Time = $entry.LastWriteTimeUtc }
        }
    }
    return $files
}

function Select-Newest {
    param([object[]]$Files)
    return @($Files | Sort-Object -Property @{ Expression = { $_.Time }; Descending = $true }, @{ Expression = { $_.Path }; Descending = $false })[0].Path
}

function Add-LiveDumps {
    param($Search)
    $folder = "$($Search.Root)\LiveKernelReports"
    $origin = $Text['place-live']
    try {
        $files = @(Get-DumpsBelow $folder @('*.dmp') @('*'))
    } catch {
        Add-Searched $Search.Searched $folder $true ($Text['unreadable'] -f $origin, $_.Exception.Message)
        return
    }
    if ($files.Count -eq 0) {
        Add-Searched $Search.Searched $folder $false ($Text['live-none'] -f $origin)
    } else {
        Add-Searched $Search.Searched (Select-Newest $files) $true ($Text['live-some'] -f $origin, $files.Count)
    }
}

function Add-ProgramDumps {
    # What Windows Error Reporting kept of processes of the system: why csrss or winlogon died may be in there.
    param($Search)
    $reports = $Search.Root.Substring(0, 2) + '\ProgramData\Microsoft\Windows\WER'
    $local = "$($Search.Root)\System32\config\systemprofile\AppData\Local\CrashDumps"
    $origin = $Text['place-program']
    $names = @($CriticalPrograms | ForEach-Object { "*$_*" })
    try {
        $files = @(Get-DumpsBelow $local @($CriticalPrograms | ForEach-Object { "$_*.dmp" }) @())
        foreach ($queue in 'ReportQueue', 'ReportArchive') { $files += @(Get-DumpsBelow "$reports\$queue" @('*.mdmp', '*.hdmp', '*.dmp') $names) }
    } catch {
        Add-Searched $Search.Searched $reports $true ($Text['unreadable'] -f $origin, $_.Exception.Message)
        return
    }
    if ($files.Count -eq 0) {
        Add-Searched $Search.Searched $reports $false ($Text['program-none'] -f $origin)
    } else {
        Add-Searched $Search.Searched (Select-Newest $files) $true ($Text['program-some'] -f $origin, $files.Count)
    }
}
