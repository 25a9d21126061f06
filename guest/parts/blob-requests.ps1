# Requests to the blob store with a token of the identity, tried again as long as that makes sense.

$StorageVersion = '2023-11-03'
$StorageResource = 'https://storage.azure.com/'
# A role assignment may take minutes until the store knows it.
$RefusalPatienceSeconds = 600
$FailurePatienceSeconds = 300
$RequestTimeoutSeconds = 300
$RequestsAtOnce = 3

# A refusal that is an answer, not a failure of the script.
$script:Refusal = $null

$Text += @{
    'refused-rights'           = 'The store refused the upload for {0} seconds: {1}.'
    'refused-rights-next'      = 'Give the identity of the repair VM the role Storage Blob Data Contributor on the container, wait some minutes and run this step again.'
    'refused-firewall-next'    = 'Let the network of the repair VM through the firewall of the storage account, or give the account a private endpoint in that network, and run this step again.'
    'refused-store'            = 'The store refused the upload: {0}.'
    'refused-store-next'       = 'See that the container {0} exists and may be written to, then run this step again.'
    'refused-unreachable'      = 'The store could not be reached for {0} seconds: {1}.'
    'refused-name-next'        = 'See that the name {0} resolves on the repair VM: its DNS servers must know it, and with a private endpoint the zone privatelink.blob.core.windows.net must be linked to its network. Then run this step again.'
    'refused-route-next'       = 'See that the repair VM has a way to {0}, port 443 (outbound rules, firewall, route table, private endpoint approved), then run this step again.'
    'refused-trust-next'       = 'Something between the repair VM and {0} opens the encrypted connection, such as a firewall or proxy that looks into TLS: let that name pass unopened, then run this step again.'
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

function New-Session {
    # What all requests of a run share: connections, the token, and how long the store has been refusing.
    $null = [System.Reflection.Assembly]::LoadWithPartialName('System.Net.Http')
    # Windows PowerShell opens two connections to a server unless told otherwise, and asks before it sends a body.
    [System.Net.ServicePointManager]::DefaultConnectionLimit = 2 * $RequestsAtOnce
    [System.Net.ServicePointManager]::Expect100Continue = $false
    $client = New-Object System.Net.Http.HttpClient
    $client.Timeout = [TimeSpan]::FromSeconds($RequestTimeoutSeconds)
    return @{ Client = $client; Token = $null; TokenEnds = [DateTime]::MinValue; Renewed = $false; Attempts = 0; Waited = 0; DumpPath = $null }
}

function Start-Request {
    # Sends a request; gives the task that ends with the answer. A request that is tried again is made anew, with the token of then.
    param($Session, $Request)
    $Request.Token = Get-Token $Session
    $message = [System.Net.Http.HttpRequestMessage]::new([System.Net.Http.HttpMethod]::new($Request.Method), [Uri]$Request.Url)
    $headers = @{ Authorization = "Bearer $($Request.Token)"; 'x-ms-version' = $StorageVersion } + $Request.Headers
    foreach ($name in $headers.Keys) { $null = $message.Headers.TryAddWithoutValidation($name, [string]$headers[$name]) }
    if ($null -ne $Request.Body) {
        $message.Content = [System.Net.Http.ByteArrayContent]::new($Request.Body, 0, $Request.Length)
        $message.Content.Headers.ContentType = [System.Net.Http.Headers.MediaTypeHeaderValue]::new($Request.ContentType)
        # The store compares it with what arrived.
        if ($null -ne $Request.Md5) { $message.Content.Headers.ContentMD5 = $Request.Md5 }
    }
    $Request.Task = $Session.Client.SendAsync($message)
}

function New-Request {
    param([string]$Method, [string]$Url, [hashtable]$Headers = @{}, [byte[]]$Body = $null, [int]$Length = -1, [byte[]]$Md5 = $null)
    if ($Length -lt 0 -and $null -ne $Body) { $Length = $Body.Length }
    return @{
        Method = $Method; Url = $Url; Headers = $Headers; Body = $Body; Length = $Length; Md5 = $Md5
        ContentType = 'application/octet-stream'; Token = $null; Task = $null
    }
}

function Get-Outcome {
    # What came of a request: Status 0 when no answer did, and then Trouble is the sentence that says what to do.
    param($Task)
    $outcome = @{ Status = 0; Code = ''; Message = ''; RetryAfter = 0; Trouble = ''; Headers = @{}; Body = '' }
    if ("$($Task.Status)" -eq 'Canceled') {
        $outcome.Message = "no answer within $RequestTimeoutSeconds seconds"
        $outcome.Trouble = 'refused-route-next'
        return $outcome
    }
    if ("$($Task.Status)" -ne 'RanToCompletion') {
        $outcome.Message = $Task.Exception.GetBaseException().Message
        $outcome.Trouble = Get-Trouble $Task.Exception
        return $outcome
    }
    $response = $Task.Result
    try {
        $outcome.Status = [int]$response.StatusCode
        foreach ($header in @($response.Headers) + @($response.Content.Headers)) { $outcome.Headers[$header.Key] = @($header.Value) -join ',' }
        $outcome.Code = "$($outcome.Headers['x-ms-error-code'])"
        $retryAfter = 0
        if ([int]::TryParse("$($outcome.Headers['Retry-After'])", [ref]$retryAfter)) { $outcome.RetryAfter = $retryAfter }
        if ($outcome.Status -eq 200) { $outcome.Body = $response.Content.ReadAsStringAsync().Result }
        return $outcome
    } finally {
        $response.Dispose()
    }
}

function Get-Trouble {
    # What to do about no answer: the name does not resolve, the certificate is not the store's, or anything else.
    param($Exception)
    for ($cause = $Exception; $null -ne $cause; $cause = $cause.InnerException) {
        $told = ''
        if ($cause -is [System.Net.Sockets.SocketException]) { $told = "$($cause.SocketErrorCode)" }
        if ($cause -is [System.Net.WebException]) { $told = "$($cause.Status)" }
        if ('HostNotFound', 'NoData', 'TryAgain', 'NameResolutionFailure' -contains $told) { return 'refused-name-next' }
        if ($cause -is [System.Security.Authentication.AuthenticationException] -or $told -eq 'TrustFailure' -or $told -eq 'SecureChannelFailure') { return 'refused-trust-next' }
    }
    return 'refused-route-next'
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

function Send-Request {
    # One request, tried again as long as that makes sense, until its status is one of those wanted. Gives the outcome.
    param($Session, $Request, [int[]]$Wanted)
    while ($true) {
        Start-Request $Session $Request
        $null = [System.Threading.Tasks.Task]::WaitAny([System.Threading.Tasks.Task[]]@($Request.Task))
        $outcome = Get-Outcome $Request.Task
        if ($Wanted -contains $outcome.Status) {
            Set-Answered $Session
            return $outcome
        }
        Wait-Failure $Session $Request $outcome
    }
}

function Set-Answered {
    # The store took a request: what it refuses next is a new trouble.
    param($Session)
    $Session.Attempts = 0
    $Session.Waited = 0
    $Session.Renewed = $false
}

function Wait-Failure {
    # After a failed request: waits, or ends the upload when there is no more sense in it.
    param($Session, $Request, $Failure)
    if ($Failure.Status -eq 401) {
        # Sent before the token was renewed: it is simply sent again.
        if ($Request.Token -cne $Session.Token) { return }
        if (-not $Session.Renewed) {
            $Session.Token = $null
            $Session.Renewed = $true
            return
        }
    }
    $patience = $(if ($Failure.Status -eq 403) { $RefusalPatienceSeconds } elseif (Test-Passing $Failure) { $FailurePatienceSeconds } else { 0 })
    if ($Session.Waited -ge $patience) { Stop-Upload $Session $Failure }
    $Session.Attempts++
    $delay = Get-Delay $Session.Attempts $Failure
    Write-Host "the store answered $(Get-FailureName $Failure); trying again in $delay seconds ($($Session.Waited) of $patience waited)"
    Start-Sleep -Seconds $delay
    $Session.Waited += $delay
}

function Stop-Upload {
    param($Session, $Failure)
    $name = Get-FailureName $Failure
    $server = ([Uri]$ContainerUrl).Host
    if ($Failure.Status -eq 403) {
        $reason = $Text['refused-rights'] -f $Session.Waited, $name
        $step = $Text[$(if ($Failure.Code -eq 'AuthorizationFailure') { 'refused-firewall-next' } else { 'refused-rights-next' })]
    } elseif ($Failure.Status -eq 0) {
        $reason = $Text['refused-unreachable'] -f $Session.Waited, $name
        $step = $Text[$Failure.Trouble] -f $server
    } else {
        $reason = $Text['refused-store'] -f $name
        $step = $Text['refused-store-next'] -f $ContainerUrl
    }
    Stop-Refused $reason @(@($step) + @($(if ($Session.DumpPath) { $Text['refused-next-by-hand'] -f $Session.DumpPath })) | Where-Object { $_ })
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
            $failure = Get-TokenFailure $_
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

function Get-TokenFailure {
    # Status 0 when no answer came. Windows PowerShell and later ones keep the answer at the same place.
    param($ErrorRecord)
    $failure = @{ Status = 0; Code = ''; Message = $ErrorRecord.Exception.Message; RetryAfter = 0 }
    $response = $null
    if ($ErrorRecord.Exception.PSObject.Properties['Response']) { $response = $ErrorRecord.Exception.Response }
    if ($null -ne $response) { $failure.Status = [int]$response.StatusCode }
    return $failure
}
