# The drive letter of a partition or volume.

function Get-Letter {
    # Null for none, for which Windows gives the character 0.
    param($Thing)
    $letter = "$($Thing.DriveLetter)".Trim([char]0)
    if ($letter) { return $letter.ToUpperInvariant() }
    return $null
}
