# Requests to the blob store with a token of the identity, tried again as long as that makes sense.

$StorageVersion = '2023-11-03'
$StorageResource = 'https://storage.azure.com/'
# A role assignment may take minutes until the store knows it.
$RefusalPatienceSeconds = 600
$FailurePatienceSeconds = 300

# A refusal that is an answer, not a failure of the script.
$script:Refusal = $null

$Text += @{
    'refused-rights'           = 'The store refused the upload for {0} seconds: {1}.'
    'refused-rights-next'      = 'Give the identity of the repair VM the role Storage Blob Data Contributor on the container, wait some minutes and run this step again.'
    'refused-firewall-next'    = 'Let the network of the repair VM through the firewall of the storage account, and run this step again.'
    'refused-store'            = 'The store refused the upload: {0}.'
    'refused-store-next'       = 'See that the container {0} exists and may be written to, then run this step again.'
    'refused-unreachable'      = 'The store could not be reached for {0} seconds: {1}.'
    'refused-unreachable-next' = 'See that the repair VM has a way to {0} (outbound rule, DNS, private endpoint), then run this step again.'
    'refused-token'            = 'This VM got no token for its identity {0}: {1}.'
    'refused-token-next'       = 'See that the user-assigned identity is given to the repair VM, then run this step again.'
    'refused-next-by-hand'     = 'The dump is on the repair VM meanwhile: {0}. Copy it from there by RDP.'
}

function Stop-Refused {
    # Ends the upload with an answer. Thrown as an error, told apart by the variable.
    param([string]$Reason, [string[]]$NextSteps)
    $script:Refusal = @{ Reason = $Reason; NextSteps = $NextSteps }
    throw $Reason
}

function Get-Failure {
    # What went wrong with a request: Status 0 when no answer came. Windows PowerShell and later ones keep it in different places.
    param($ErrorRecord)
    $failure = @{ Status = 0; Code = ''; Message = $ErrorRecord.Exception.Message; RetryAfter = 0 }
    $response = $null
    if ($ErrorRecord.Exception.PSObject.Properties['Response']) { $response = $ErrorRecord.Exception.Response }
    if ($null -eq $response) { return $failure }
    $failure.Status = [int]$response.StatusCode
    $failure.Code = Get-ResponseHeader $response 'x-ms-error-code'
    $retryAfter = 0
    if ([int]::TryParse((Get-ResponseHeader $response 'Retry-After'), [ref]$retryAfter)) { $failure.RetryAfter = $retryAfter }
    return $failure
}

function Get-ResponseHeader {
    param($Response, [string]$Name)
    try {
        if ($Response.Headers -is [System.Collections.Specialized.NameValueCollection]) { return "$($Response.Headers[$Name])" }
        return "$(@($Response.Headers.GetValues($Name))[0])"
    } catch {
        return ''
    }
}

function Test-Passing {
    # Failures that pass by themselves: no answer, timeouts, throttling, errors of the service.
    param($Failure)
    return $Failure.Status -eq 0 -or $Failure.Status -eq 408 -or $Failure.Status -eq 429 -or $Failure.Status -ge 500
}

function Get-Delay {
    param([int]$Attempt, $Failure)
    $seconds = [Math]::Min(30, 2 * [Math]::Pow(2, [Math]::Min(4, $Attempt - 1)))
    return [int][Math]::Min(60, [Math]::Max($seconds, $Failure.RetryAfter))
}

function Get-FailureName {
    param($Failure)
    if ($Failure.Status -eq 0) { return $Failure.Message }
    if ($Failure.Code) { return "$($Failure.Status) $($Failure.Code)" }
    return "$($Failure.Status)"
}

function Get-Token {
    # A token of the identity for storage, from the instance metadata service; kept until five minutes before its end.
    param($Session)
    if ($Session.Token -and $Session.TokenEnds -gt [DateTime]::UtcNow.AddMinutes(5)) { return $Session.Token }
    $uri = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=' +
        [Uri]::EscapeDataString($StorageResource) + '&client_id=' + [Uri]::EscapeDataString($IdentityClientId)
    $waited = 0
    for ($attempt = 1; $true; $attempt++) {
        try {
            $answer = Invoke-RestMethod -Uri $uri -Headers @{ Metadata = 'true' } -TimeoutSec 30 -UseBasicParsing
            $Session.Token = $answer.access_token
            $Session.TokenEnds = [DateTime]::new(1970, 1, 1, 0, 0, 0, [DateTimeKind]::Utc).AddSeconds([double]$answer.expires_on)
            return $Session.Token
        } catch {
            $failure = Get-Failure $_
            # 404 and 410 come while the service is being updated.
            $passing = (Test-Passing $failure) -or $failure.Status -eq 404 -or $failure.Status -eq 410
            if (-not $passing -or $waited -ge $FailurePatienceSeconds) {
                Stop-Refused ($Text['refused-token'] -f $IdentityClientId, (Get-FailureName $failure)) @($Text['refused-token-next'])
            }
            $delay = Get-Delay $attempt $failure
            Write-Host "no token yet ($(Get-FailureName $failure)); trying again in $delay seconds"
            Start-Sleep -Seconds $delay
            $waited += $delay
        }
    }
}

function Send-Blob {
    # One request to the store, tried again as long as that makes sense.
    param($Session, [string]$Query, [byte[]]$Body, [hashtable]$Headers, [string]$ContentType)
    $waited = 0
    $renewed = $false
    for ($attempt = 1; $true; $attempt++) {
        $all = @{ Authorization = "Bearer $(Get-Token $Session)"; 'x-ms-version' = $StorageVersion }
        foreach ($name in $Headers.Keys) { $all[$name] = $Headers[$name] }
        try {
            $null = Invoke-WebRequest -Uri ($Session.BlobUrl + $Query) -Method Put -Headers $all -Body $Body -ContentType $ContentType -TimeoutSec 300 -UseBasicParsing
            return
        } catch {
            $failure = Get-Failure $_
        }
        $name = Get-FailureName $failure
        if ($failure.Status -eq 401 -and -not $renewed) {
            $Session.Token = $null
            $renewed = $true
            continue
        }
        $patience = $(if ($failure.Status -eq 403) { $RefusalPatienceSeconds } elseif (Test-Passing $failure) { $FailurePatienceSeconds } else { 0 })
        if ($waited -ge $patience) { Stop-Upload $Session $failure $waited }
        $delay = Get-Delay $attempt $failure
        Write-Host "the store answered $name; trying again in $delay seconds ($waited of $patience waited)"
        Start-Sleep -Seconds $delay
        $waited += $delay
    }
}

function Stop-Upload {
    param($Session, $Failure, [int]$Waited)
    $name = Get-FailureName $Failure
    $byHand = $Text['refused-next-by-hand'] -f $Session.DumpPath
    if ($Failure.Status -eq 403) {
        $step = $(if ($Failure.Code -eq 'AuthorizationFailure') { $Text['refused-firewall-next'] } else { $Text['refused-rights-next'] })
        Stop-Refused ($Text['refused-rights'] -f $Waited, $name) @($step, $byHand)
    }
    if ($Failure.Status -eq 0) {
        Stop-Refused ($Text['refused-unreachable'] -f $Waited, $name) @(($Text['refused-unreachable-next'] -f ([Uri]$Session.BlobUrl).Host), $byHand)
    }
    Stop-Refused ($Text['refused-store'] -f $name) @(($Text['refused-store-next'] -f $ContainerUrl), $byHand)
}
