# Where a dump can be, by the settings of the broken Windows and by habit.

$Text += @{
    'place-dump-file' = 'named by CrashControl\DumpFile'
    'place-default'   = 'the default place'
    'place-dedicated' = 'named by CrashControl\DedicatedDumpFile'
    'place-page-file' = 'the page file, where a dump is until the next start'
    'absent-folder'   = '{0}: no file {1} there'
}

function Convert-OfflinePath {
    # A path as the broken Windows writes it, to this VM's drives. Drive is the letter there when it is not on this volume.
    param([string]$Path, [string]$WindowsRoot)
    $drive = $WindowsRoot.Substring(0, 2)
    $expanded = $Path -replace '^\\\?\?\\', ''
    $expanded = [regex]::Replace($expanded, '%(systemroot|windir)%', { $WindowsRoot }, 'IgnoreCase')
    $expanded = [regex]::Replace($expanded, '%systemdrive%', { $drive }, 'IgnoreCase')
    if ($expanded -match '^\\SystemRoot\\') { $expanded = $WindowsRoot + $expanded.Substring('\SystemRoot'.Length) }
    if ($expanded -notmatch '^([A-Za-z]):\\') { return @{ Path = $expanded; Drive = $null } }
    $letter = $Matches[1].ToUpperInvariant()
    if ($expanded.Substring(0, 2) -ieq $drive -and $Path -notmatch '^[A-Za-z]:') { return @{ Path = $expanded; Drive = $null } }
    # The drive of the running Windows is C: on every VM made from an Azure image.
    if ($letter -eq 'C') { return @{ Path = $drive + $expanded.Substring(2); Drive = $null } }
    return @{ Path = $expanded; Drive = "${letter}:" }
}

function New-Place {
    param([string]$Path, [string]$Origin, [string]$Kind = 'dump', $Drive = $null)
    return @{ Path = $Path; Origin = $Text[$Origin]; Kind = $Kind; Drive = $Drive }
}

function Get-PageFiles {
    # Paths of the page files, as written: "C:\pagefile.sys 0 0", "\??\D:\pagefile.sys". "?:\pagefile.sys" is any drive.
    param($System)
    $paths = @()
    foreach ($entry in @(Get-Strings $System 'PagingFiles') + @(Get-Strings $System 'ExistingPageFiles')) {
        $path = ($entry -replace '^\\\?\?\\', '') -replace '(\s+\d+){1,2}\s*$', ''
        if ($path -and $paths -notcontains $path) { $paths += $path }
    }
    return $paths
}

function Get-NamedPlaces {
    # Places whose path is known beforehand, in the order of trust.
    param($System, [string]$WindowsRoot)
    $places = @()
    $default = "$WindowsRoot\MEMORY.DMP"
    $dumpFile = Get-Setting $System 'DumpFile'
    if ($dumpFile) {
        $to = Convert-OfflinePath $dumpFile $WindowsRoot
        $places += New-Place $to.Path 'place-dump-file' 'dump' $to.Drive
    }
    if (-not $dumpFile -or $places[0].Path -ine $default) { $places += New-Place $default 'place-default' }
    $dedicated = Get-Setting $System 'DedicatedDumpFile'
    if ($dedicated) {
        $to = Convert-OfflinePath $dedicated $WindowsRoot
        $places += New-Place $to.Path 'place-dedicated' 'dump' $to.Drive
    }
    return $places
}

function Get-FolderPlaces {
    # Files found by a pattern: the newest first. Gives the places, or the line that says that there are none.
    param([string]$Folder, [string]$Pattern, [string]$Origin, [int]$Most, $Searched)
    $files = @()
    if (Test-Path -LiteralPath $Folder) {
        $files = @(Get-ChildItem -LiteralPath $Folder -Force -ErrorAction SilentlyContinue |
            Where-Object { -not $_.PSIsContainer -and $_.Name -like $Pattern } |
            Sort-Object -Property @{ Expression = 'LastWriteTimeUtc'; Descending = $true }, @{ Expression = 'Name'; Descending = $false })
    }
    if ($files.Count -eq 0) {
        Add-Searched $Searched $Folder $false ($Text['absent-folder'] -f $Text[$Origin], $Pattern)
        return @()
    }
    return @($files | Select-Object -First $Most | ForEach-Object { New-Place ($Folder.TrimEnd('\') + '\' + $_.Name) $Origin })
}

function Get-PageFilePlaces {
    param($System, [string]$WindowsRoot)
    $drive = $WindowsRoot.Substring(0, 2)
    $places = @()
    foreach ($path in @(Get-PageFiles $System)) {
        $to = Convert-OfflinePath ($path -replace '^\?:', 'C:') $WindowsRoot
        $places += New-Place $to.Path 'place-page-file' 'page-file' $to.Drive
    }
    $places += New-Place "$drive\pagefile.sys" 'place-page-file' 'page-file'
    # "C:\pagefile.sys" and "?:\pagefile.sys" may be one file; the first mention stands.
    $seen = @()
    return @($places | Where-Object { $seen -notcontains $_.Path } | ForEach-Object { $seen += $_.Path; $_ })
}

function Add-Searched {
    param($Searched, [string]$Path, [bool]$Found, [string]$Why)
    $null = $Searched.Add([ordered]@{ path = $Path; found = $Found; why = $Why })
    Write-Host "searched $Path - $Why"
}
