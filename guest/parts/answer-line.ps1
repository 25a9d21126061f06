# The answer as one line of JSON.

function ConvertTo-AnswerLine {
    # ASCII only, so that no code page on the way changes it; characters that 5.1 escapes are escaped everywhere.
    param($Answer)
    $json = ConvertTo-Json -InputObject $Answer -Compress -Depth 6
    return [regex]::Replace($json, "[^\x20-\x7e]|['<>&]", { param($match) '\u{0:x4}' -f [int][char]$match.Value })
}
