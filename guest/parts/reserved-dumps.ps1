# Dumps in files that Windows keeps ready for them: page files and the dedicated dump file. The dump begins where the file does and
# is as long as its header says; Windows itself takes it out by cutting the file there (KB 886429; Windows Internals, 6th edition,
# part 2, page 278).

$Text += @{
    'page-file-armed'  = '{0}: holds a dump that was not taken out yet'
    'page-file-idle'   = '{0}: holds no dump'
    'reserved-short'   = 'it needs {0} bytes, and the file has {1}: it is not all there'
    'reserved-unsure'  = 'its header does not say how long it is'
    'reserved-unread'  = 'only the first {0} of its {1} bytes can be read through the file system; azure-repair-kit extract --dump reads the rest from outside'
}

function Get-ValidLength {
    # Bytes of a file that were written as the file system knows, which reads the rest as zeros; null when that cannot be told. The
    # crash driver writes below the file system, so that this may be less than the dump.
    # https://learn.microsoft.com/windows-server/administration/windows-commands/fsutil-file
    param([string]$Path)
    $ErrorActionPreference = 'Continue'
    try {
        $said = @(& fsutil.exe file queryvaliddata $Path 2>&1 | ForEach-Object { "$_" }) -join ' '
    } catch {
        return $null
    }
    if ($LASTEXITCODE -ne 0 -or $said -notmatch '\b0x([0-9a-fA-F]{1,15})\b') { return $null }
    return [Convert]::ToInt64($Matches[1], 16)
}

function Get-ReservedProblem {
    # Why the dump cannot be taken out of its file; null when it can.
    param([string]$Path, $File)
    $required = $File.Header.Required
    if ($null -eq $required -or $required -lt $File.Header.HeaderSize) { return $Text['reserved-unsure'] }
    if ($required -gt $File.Size) { return $Text['reserved-short'] -f $required, $File.Size }
    $valid = Get-ValidLength $Path
    if ($null -ne $valid -and $valid -lt $required) { return $Text['reserved-unread'] -f $valid, $required }
    return $null
}

function Test-Reserved {
    # Gives a candidate, with a problem when the dump is not to be had; nothing when there is none.
    param($Place, $File, $Searched)
    if ($null -eq $File.Header -or $File.Header.Live) {
        Add-Searched $Searched $Place.Path $true ($Text['page-file-idle'] -f $Place.Origin)
        return $null
    }
    $required = $File.Header.Required
    $problem = Get-ReservedProblem $Place.Path $File
    # All of it is there when the file has room for it; where the file ends says nothing.
    $File.Header.Complete = $(if (-not $problem) { $true } elseif ($null -ne $required -and $required -gt $File.Size) { $false } else { $null })
    if ($problem) {
        Add-Searched $Searched $Place.Path $true (($Text['page-file-armed'] -f $Place.Origin) + '; ' + $problem)
        return @{ Place = $Place; Header = $File.Header; Size = $File.Size; Line = $null; Problem = $problem }
    }
    return (Add-Candidate $Place $File.Header $required $Searched)
}
