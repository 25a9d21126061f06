# Registry values with their types, in a form that JSON keeps: of a loaded copy of a hive, or of the backup file.

function Get-TypedValue {
    # A value as @{ Kind; Data }; nothing when it is not there. Bytes become base64.
    param([string]$Path, [string]$Name)
    $key = Get-Item -LiteralPath $Path -ErrorAction Stop
    try {
        # As written: %SystemRoot% must not become this VM's own.
        $data = $key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
        if ($null -eq $data) { return $null }
        $kind = "$($key.GetValueKind($Name))"
    } finally {
        # An open key keeps the hive loaded.
        $key.Close()
    }
    if ($data -is [byte[]]) { return @{ Kind = $kind; Data = [Convert]::ToBase64String($data) } }
    if ($kind -eq 'MultiString') { return @{ Kind = $kind; Data = @($data) } }
    return @{ Kind = $kind; Data = $data }
}

function Set-TypedValue {
    # Writes a value; removes it when there is to be none.
    param([string]$Path, [string]$Name, $Value)
    if ($null -eq $Value) {
        Remove-ItemProperty -LiteralPath $Path -Name $Name -ErrorAction Stop
        return
    }
    $data = $Value.Data
    switch ($Value.Kind) {
        'DWord' { $data = [int]$data }
        'QWord' { $data = [long]$data }
        'MultiString' { $data = [string[]]@($data) }
        'Binary' { $data = [Convert]::FromBase64String($data) }
    }
    $null = New-ItemProperty -LiteralPath $Path -Name $Name -Value $data -PropertyType $Value.Kind -Force -ErrorAction Stop
}

function Test-SameValue {
    # Case aside, as Windows reads paths.
    param($One, $Other)
    if ($null -eq $One -or $null -eq $Other) { return $null -eq $One -and $null -eq $Other }
    if ($One.Kind -ne $Other.Kind) { return $false }
    if ($One.Kind -eq 'Binary') { return $One.Data -ceq $Other.Data }
    return (@($One.Data) -join "`0") -eq (@($Other.Data) -join "`0")
}
