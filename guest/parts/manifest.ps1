# The list of all that was collected, with hashes, as a blob beside it.

function Send-Manifest {
    # Gives the address of the blob.
    param($Session, $Files, [string]$WindowsRoot)
    $manifest = [ordered]@{
        schema      = 1
        sourceVmId  = $SourceVmId
        snapshotId  = $SnapshotId
        windowsRoot = $WindowsRoot
        time        = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [System.Globalization.CultureInfo]::InvariantCulture)
        files       = @($Files)
    }
    $bytes = [System.Text.Encoding]::ASCII.GetBytes((ConvertTo-AnswerLine $manifest))
    $url = Get-BlobUrl 'manifest.json'
    $stream = New-Object System.IO.MemoryStream (, $bytes)
    $null = Send-Stream $Session $stream $url (Get-SourceHeaders 'application/json')
    return $url
}
