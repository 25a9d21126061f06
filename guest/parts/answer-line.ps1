# How every script ends: its answer as one line of JSON, short enough for a run command to return all of it.

# Texts of a list are cut to this before entries are left out.
$LongestListText = 300
# Of no use in part.
$WholeFields = @('manifestBlobUrl', 'dumpBlobUrl', 'dumpSha256')
# What no line may show, by the words that stand for it.
$Secrets = @{}

function Limit-Text {
    # Cuts every text of the answer. What is no well-formed UTF-16, as NTFS allows in a name, is replaced: JSON cannot hold it.
    param($Value, [int]$Longest)
    if ($Value -is [string]) {
        $text = [regex]::Replace($Value, '[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]', [string][char]0xfffd)
        if ($text.Length -le $Longest) { return $text }
        $end = $Longest
        # Not between the two halves of a character.
        if ([char]::IsHighSurrogate($text[$end - 1])) { $end-- }
        return $text.Substring(0, $end) + '...'
    }
    if ($Value -is [System.Collections.IDictionary]) {
        foreach ($name in @($Value.Keys)) {
            if ($WholeFields -notcontains $name) { $Value[$name] = Limit-Text $Value[$name] $Longest }
        }
        return $Value
    }
    if ($Value -is [array]) { return , @($Value | ForEach-Object { Limit-Text $_ $Longest }) }
    return $Value
}

function ConvertTo-AnswerLine {
    # ASCII only, so that no code page on the way changes it; characters that 5.1 escapes are escaped everywhere.
    param($Answer)
    $json = ConvertTo-Json -InputObject $Answer -Compress -Depth 6
    return [regex]::Replace($json, "[^\x20-\x7e]|['<>&]", { param($match) '\u{0:x4}' -f [int][char]$match.Value })
}

function Remove-ListEntry {
    # Leaves out the last place where nothing was; only when there is none any more, the last of all.
    param([object[]]$List)
    $out = $List.Count - 1
    for ($index = $List.Count - 1; $index -ge 0; $index--) {
        if ($List[$index] -is [System.Collections.IDictionary] -and $List[$index].Contains('found') -and -not $List[$index].found) {
            $out = $index
            break
        }
    }
    return , @(for ($index = 0; $index -lt $List.Count; $index++) { if ($index -ne $out) { $List[$index] } })
}

function ConvertTo-LimitedLine {
    # The line, at most $AnswerLimit bytes long. First the texts of the list $LongList are cut, then entries are left out with
    # their number in <list>LeftOut, then all texts are cut, and last what is of no use in part.
    param($Answer, [string]$LongList)
    $Answer = Limit-Text $Answer $AnswerLimit
    $line = ConvertTo-AnswerLine $Answer
    if ($line.Length -le $AnswerLimit) { return $line }
    $Answer[$LongList] = Limit-Text @($Answer[$LongList]) $LongestListText
    $line = ConvertTo-AnswerLine $Answer
    $left = 0
    while ($line.Length -gt $AnswerLimit -and @($Answer[$LongList]).Count -gt 0) {
        $Answer[$LongList] = Remove-ListEntry @($Answer[$LongList])
        $left++
        $Answer["${LongList}LeftOut"] = $left
        $line = ConvertTo-AnswerLine $Answer
    }
    foreach ($longest in 400, 200, 100, 50, 25) {
        if ($line.Length -le $AnswerLimit) { return $line }
        $Answer = Limit-Text $Answer $longest
        $line = ConvertTo-AnswerLine $Answer
    }
    foreach ($field in @($WholeFields | Where-Object { $Answer.Contains($_) })) {
        if ($line.Length -le $AnswerLimit) { return $line }
        $Answer[$field] = $null
        $line = ConvertTo-AnswerLine $Answer
    }
    return $line
}

function Complete-Script {
    # Ends the script: with 0 and its answer as the last line, or with 1 and why it failed.
    param([string]$Name, [string]$LongList)
    try {
        $answer = Get-Answer
        Write-Host "status: $($answer.status)"
        Write-Output (ConvertTo-LimitedLine $answer $LongList)
        exit 0
    } catch {
        Write-Output "$Name failed: $(Hide-Secrets $_.Exception.Message) (line $($_.InvocationInfo.ScriptLineNumber))"
        exit 1
    }
}

function Hide-Secrets {
    # A secret is in no message that is known; this keeps it out of those that are not.
    param([string]$Message)
    foreach ($words in $Secrets.Keys) { $Message = $Message.Replace($Secrets[$words], $words) }
    return $Message
}
