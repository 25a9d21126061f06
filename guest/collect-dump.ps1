<#
.SYNOPSIS
Finds the crash dump of the mounted Windows and uploads it, or tells why there is none.

.DESCRIPTION
Runs on the repair VM as SYSTEM, by a managed run command, in Windows PowerShell 5.1, after mount-os-disk.ps1.

What it needs:    the drive of the broken Windows; the address of a blob container; a user-assigned identity of this VM
                  that may write there (Storage Blob Data Contributor).
What it changes:  nothing on the copy: the registry hive is copied to this VM's temporary folder with its logs, and the
                  copy is loaded. In the container: the blobs of this run.
How to undo:      delete the blobs.
Its answer:       the last line, one JSON object of at most 3,500 bytes. Exit code 0 whatever the answer says: no dump is
                  an answer too. 1 when the script itself failed, and then the last line says why.

Sources:
  CrashControl values       https://learn.microsoft.com/troubleshoot/windows-server/performance/memory-dump-file-options
  how a dump comes to be    https://learn.microsoft.com/troubleshoot/windows-server/performance/troubleshoot-stop-errors-best-practices-dump-configuration-recommendations
  DUMPxxxx.tmp              KB 886429
  DedicatedDumpFile         https://learn.microsoft.com/archive/blogs/ntdebugging/how-to-use-the-dedicateddumpfile-registry-value-to-overcome-space-limitations-on-the-system-drive-when-capturing-a-system-memory-dump
  dump header               https://github.com/0vercl0k/kdmp-parser (src/lib/kdmp-parser-structs.h)
  STOP 0xC000021A           https://learn.microsoft.com/windows-hardware/drivers/debugger/bug-check-0xc000021a--winlogin-fatal-error
  token of an identity      https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
  Put Block, Put Block List https://learn.microsoft.com/rest/api/storageservices/put-block
  blocks not yet in a blob  https://learn.microsoft.com/rest/api/storageservices/get-block-list

.PARAMETER WindowsRoot
Folder of the broken Windows on this VM, such as F:\Windows. Empty when it could not be mounted.

.PARAMETER ContainerUrl
Address of the blob container, without a signature.

.PARAMETER BlobPrefix
What the name of the blob begins with, a folder for instance.

.PARAMETER IdentityClientId
Client id of the user-assigned identity that uploads.

.PARAMETER SourceVmId
Resource id of the broken VM; noted on the blob.

.PARAMETER SnapshotId
Resource id of the snapshot that the copy was made from; noted on the blob.

.PARAMETER Collect
What goes to the store, separated by commas: dump (the best one), minidumps (every small one), evidence (registry, event logs
and logs of updates, set-up and start). Minidumps and evidence come with manifest.json, a list of all files with their hashes.

.PARAMETER RunId
Any text. A run command runs again only when something in it has changed; this is what changes.
#>
param(
    [AllowEmptyString()][string]$WindowsRoot = '',
    [Parameter(Mandatory = $true)][string]$ContainerUrl,
    [AllowEmptyString()][string]$BlobPrefix = '',
    [AllowEmptyString()][string]$IdentityClientId = '',
    [AllowEmptyString()][string]$SourceVmId = '',
    [AllowEmptyString()][string]$SnapshotId = '',
    [AllowEmptyString()][string]$Collect = 'dump',
    [string]$RunId = ''
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
# Windows Server 2016 offers TLS 1.0 first unless told otherwise; the store takes 1.2 only.
[System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12

$AnswerLimit = 3500

# What the script says. One sentence a line, single quotes: the kit's model of this script reads them from here.
$Text = @{
    'not-mounted'       = 'No Windows of the copy is mounted, so nothing was searched.'
    'not-mounted-next'  = 'Look at the answer of the step before (mounting the disk); it says why.'
    'root-missing'      = '{0} is not there: the copy is not mounted any more.'
    'root-missing-next' = 'Run the mount step again, then this one.'
    'dump-left'         = 'A dump is there ({0}), and was not asked for.'
    'dump-left-next'    = 'To have the dump in the store as well, add dump to what is collected, and run this step again.'
}

# Its parts; the catalogue puts the text of each in place of its line before the script is sent.
. "$PSScriptRoot\parts\answer-line.ps1"
. "$PSScriptRoot\parts\vm-names.ps1"
. "$PSScriptRoot\parts\loaded-hive.ps1"
. "$PSScriptRoot\parts\offline-registry.ps1"
. "$PSScriptRoot\parts\letter.ps1"
. "$PSScriptRoot\parts\drive-letters.ps1"
. "$PSScriptRoot\parts\offline-path.ps1"
. "$PSScriptRoot\parts\places.ps1"
. "$PSScriptRoot\parts\bug-check-names.ps1"
. "$PSScriptRoot\parts\status-names.ps1"
. "$PSScriptRoot\parts\dump-header.ps1"
. "$PSScriptRoot\parts\dump-completeness.ps1"
. "$PSScriptRoot\parts\dump-choice.ps1"
. "$PSScriptRoot\parts\reserved-dumps.ps1"
. "$PSScriptRoot\parts\other-volumes.ps1"
. "$PSScriptRoot\parts\side-dumps.ps1"
. "$PSScriptRoot\parts\dump-search.ps1"
. "$PSScriptRoot\parts\taken-dump.ps1"
. "$PSScriptRoot\parts\no-dump.ps1"
. "$PSScriptRoot\parts\file-start.ps1"
. "$PSScriptRoot\parts\blob-requests.ps1"
. "$PSScriptRoot\parts\blob-upload.ps1"
. "$PSScriptRoot\parts\evidence.ps1"
. "$PSScriptRoot\parts\manifest.ps1"

function Set-Found {
    # What the header of the best dump tells.
    param($Answer, $Best)
    $Answer.dumpPath = $Best.Place.Path
    $Answer.dumpSize = $Best.Size
    Set-Crash $Answer $Best.Header
}

function Set-Collected {
    # Uploads what was asked for, the dump first. What the store refuses is told in the answer.
    param($Answer, $Search, $System, [string[]]$Wanted, [string]$WindowsRoot)
    $session = New-Session
    $files = New-Object System.Collections.ArrayList
    try {
        if ($Search.Best) {
            if ($Wanted -contains 'dump') { Send-Dump $session $Answer $Search $System $files } else { Set-Left $Answer }
        }
        Send-Evidence $session @(Get-EvidencePlaces $Wanted $Search) $files
        if (@($Wanted -ne 'dump').Count -gt 0) { $Answer.manifestBlobUrl = Send-Manifest $session $files $WindowsRoot }
    } catch {
        if ($null -eq $script:Refusal) { throw }
        if ($null -eq $Answer.status) { $Answer.status = 'upload-refused' }
        $Answer.reason = @(@($Answer.reason, $script:Refusal.Reason) | Where-Object { $_ }) -join ' '
        $Answer.nextSteps = @($Answer.nextSteps) + @($script:Refusal.NextSteps)
    } finally {
        $session.Client.Dispose()
    }
    $Answer.collectedFiles = @($files | Where-Object { $_.blob }).Count
}

function Send-Dump {
    param($Session, $Answer, $Search, $System, $Files)
    $best = $Search.Best
    $path = $best.Place.Path
    $name = $(if ($best.Place.Kind -eq 'page-file') { 'MEMORY-from-pagefile.DMP' } else { ($path -split '\\')[-1] })
    $file = New-ManifestFile $path 'dump'
    $headers = @{ 'x-ms-meta-bugcheck' = $Answer.bugCheck.code }
    if ($Answer.systemTime) { $headers['x-ms-meta-crashtime'] = $Answer.systemTime }
    $Session.DumpPath = $path
    Send-File $Session $file $name $headers $Files $best.Size
    $Session.DumpPath = $null
    $null = $Files.Add($file)
    $Answer.status = 'collected'
    $Answer.dumpBlobUrl = $file.blob
    $Answer.dumpSha256 = $file.sha256
    $remarks = Get-TakenRemarks $Search $System
    if ($remarks.Reasons.Count -gt 0) { $Answer.reason = $remarks.Reasons -join ' ' }
    $Answer.nextSteps = @($remarks.Steps)
}

function Set-Left {
    param($Answer)
    $Answer.status = 'found'
    $Answer.reason = $Text['dump-left'] -f $Answer.dumpPath
    $Answer.nextSteps = @($Text['dump-left-next'])
}

function New-Answer {
    return [ordered]@{
        schema = 1; status = $null; dumpPath = $null; dumpBlobUrl = $null; dumpSha256 = $null; dumpSize = $null; bugCheck = $null
        systemTime = $null; build = $null; dumpKind = $null; dumpRequired = $null; dumpComplete = $null
        manifestBlobUrl = $null; collectedFiles = 0; searched = @(); crashControl = $null; reason = $null; nextSteps = @()
    }
}

function Get-CrashControl {
    param($System)
    if ($System.Problem) { return $null }
    $enabled = Get-Setting $System 'CrashDumpEnabled'
    $autoReboot = Get-Setting $System 'AutoReboot'
    return [ordered]@{
        dumpEnabled = $(if ($null -ne $enabled) { [int]$enabled } else { $null })
        dumpFile    = Get-Setting $System 'DumpFile'
        minidumpDir = Get-Setting $System 'MinidumpDir'
        autoReboot  = $(if ($null -ne $autoReboot) { [int]$autoReboot -ne 0 } else { $null })
        controlSet  = $System.ControlSet
        dedicatedDumpFile = Get-Setting $System 'DedicatedDumpFile'
        lastCrashTime = $(if ($null -ne $System.LastCrash) { Get-FileTimeText $System.LastCrash } else { $null })
    }
}

function Get-Answer {
    $answer = New-Answer
    $wanted = Get-Wanted
    $root = $WindowsRoot.Trim().TrimEnd('\')
    if (-not $root) {
        $answer.status = 'not-mounted'
        $answer.reason = $Text['not-mounted']
        $answer.nextSteps = @($Text['not-mounted-next'])
        return $answer
    }
    if ($root -notmatch '^[A-Za-z]:\\.') { throw "WindowsRoot must be a folder such as F:\Windows, got `"$WindowsRoot`"" }
    if (-not (Test-Path -LiteralPath $root -PathType Container)) {
        $answer.status = 'not-mounted'
        $answer.reason = $Text['root-missing'] -f $root
        $answer.nextSteps = @($Text['root-missing-next'])
        return $answer
    }
    $system = Get-OfflineSystem $root
    $answer.crashControl = Get-CrashControl $system
    $search = Search-Dump $system $root
    $answer.searched = @($search.Searched)
    if ($search.Best) { Set-Found $answer $search.Best } else { Set-Explanation $answer $system $search $root }
    Set-Collected $answer $search $system $wanted $root
    return $answer
}

Complete-Script 'collect-dump' 'searched'
