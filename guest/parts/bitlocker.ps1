# BitLocker volumes: whether one is locked, and unlocking it with a recovery key.

$Text += @{
    'key-malformed' = 'The recovery key that was given is not of the form 48 digits in eight groups of six with hyphens, so it was not tried.'
    'key-refused'   = 'The recovery key that was given did not unlock volume {0}: - {1}'
}

if ($RecoveryKey) { $Secrets['(recovery key)'] = $RecoveryKey }

function Test-BitLockerFeature {
    # On Windows Server BitLocker is a feature, and its commands come with it.
    return [bool](Get-Command -Name Unlock-BitLocker -ErrorAction SilentlyContinue)
}

function Get-BitLockerState {
    # 'locked' or 'unlocked'; nothing for a volume that is not encrypted, and when this VM cannot tell.
    param([string]$Letter)
    if (-not (Test-BitLockerFeature)) { return $null }
    $state = @(Get-BitLockerVolume -MountPoint "${Letter}:" -ErrorAction SilentlyContinue | Where-Object { $_ })
    if ($state.Count -eq 0) { return $null }
    if ("$($state[0].LockStatus)" -eq 'Locked') { return 'locked' }
    if ("$($state[0].VolumeStatus)" -eq 'FullyDecrypted') { return $null }
    return 'unlocked'
}

function Unlock-Volume {
    # Tries the recovery key that was given. Says what stood in the way; nothing when it is unlocked.
    # Not manage-bde: a program's arguments, the key among them, are seen by every process and by auditing.
    param([string]$Letter)
    if ($RecoveryKey -notmatch '^\d{6}(-\d{6}){7}$') { return $Text['key-malformed'] }
    Write-Host "unlocking volume ${Letter}:"
    try {
        $null = Unlock-BitLocker -MountPoint "${Letter}:" -RecoveryPassword $RecoveryKey -ErrorAction Stop
        return $null
    } catch {
        return $Text['key-refused'] -f $Letter, (Hide-Secrets $_.Exception.Message)
    }
}
