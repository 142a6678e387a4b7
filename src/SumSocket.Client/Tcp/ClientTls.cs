using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SumSocket.Sockets.Tls;

namespace SumSocket.Client.Tcp;

/// <summary>The TLS of one client: whom it trusts, what it shows, and its handshakes.</summary>
internal sealed class ClientTls
{
    private readonly TlsClientOptions _options;
    private readonly string _host;
    private readonly X509ChainPolicy _servers;
    private readonly SslStreamCertificateContext? _certificate;
    private readonly HandshakeQueue _queue = new();

    public ClientTls(TlsClientOptions options, string host)
    {
        _options = options;
        _host = (options.ServerName ?? host).Trim('[', ']');
        _servers = PeerCertificate.Policy(options.Authorities, ofServer: true);
        if (options.Certificate is { } certificate)
            _certificate = SslStreamCertificateContext.Create(certificate, options.Intermediates, offline: true);
    }

    /// <summary>Whether a handshake is reported in its result.</summary>
    public bool Reports { get; init; }

    /// <summary>Completes the handshake on a connected socket.</summary>
    /// <param name="connected">The socket, which this takes over.</param>
    /// <param name="buffer">Where the transport puts what it receives; null to wait without holding a buffer.</param>
    /// <param name="time">The time that is left.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    public async Task<ConnectResult> HandshakeAsync(
        ConnectResult connected, byte[]? buffer, TimeSpan time, TimeProvider clock, CancellationToken stop)
    {
        using var timer = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timer.Token);
        TlsTransport? transport = null;
        string? refusal = null;
        TlsCertificate[] chain = [];
        try
        {
            transport = new TlsTransport(
                ObservedTransport.Wrap(new PlainTransport(connected.Socket!), connected.Observed), buffer);
            using CancellationTokenRegistration closing = either.Token.Register(static it => ((TlsTransport)it!).Dispose(), transport);
            await transport.HandshakeAsync(
                ssl => ssl.AuthenticateAsClientAsync(NewOptions((certificate, links, errors) =>
                {
                    if (Reports)
                        chain = [.. links?.ChainElements.Select(link => TlsCertificate.Of(link.Certificate)) ?? []];
                    return (refusal = PeerCertificate.Refusal(certificate, links, errors, _host)) is null;
                })),
                _queue, isServer: false).ConfigureAwait(false);
            return connected with { Transport = transport, Tls = Reports ? Report(transport, chain, refusal) : null };
        }
        catch (Exception failure)
        {
            connected.Socket!.Dispose();
            transport?.Dispose();
            stop.ThrowIfCancellationRequested();
            (string reason, ConnectionCause cause) = timer.IsCancellationRequested
                ? ("timed out in the TLS handshake", ConnectionCause.TimedOut)
                : Explain(failure, transport, _options.SkipVerification ? null : refusal);
            SocketError error = timer.IsCancellationRequested
                ? SocketError.TimedOut : TlsFailure.ToSocketException(failure).SocketErrorCode;
            return connected with { Socket = null, Reason = reason, Cause = cause, Error = error };
        }
    }

    /// <summary>A server that resumes a session sends no certificate, and so less than one in its whole handshake; else it sends that and
    /// its signature, at least 300 bytes more (RFC 8446, sections 2.2 and 4.4).</summary>
    private static TlsReport Report(TlsTransport transport, TlsCertificate[] chain, string? refusal)
    {
        const int Signature = 150;
        bool isResumed = transport.HandshakeBytes < transport.PeerCertificateLength + Signature;
        return new TlsReport(transport.TlsSession!, isResumed, chain) { Refusal = refusal };
    }

    private static (string Reason, ConnectionCause Cause) Explain(Exception failure, TlsTransport? transport, string? refusal)
    {
        if (refusal is not null)
            return ($"server certificate refused: {refusal}", ConnectionCause.TlsFailed);
        if (transport?.First is { IsEmpty: false, IsTls: false } first)
            return ($"the server does not speak TLS but {first.Name}", ConnectionCause.TlsFailed);
        SocketError error = TlsFailure.ToSocketException(failure).SocketErrorCode;
        string why = transport is null ? SocketErrors.Describe(error) : TlsFailure.Describe(failure, transport);
        return ($"TLS handshake failed: {why}", ConnectResult.CauseOf(error));
    }

    private SslClientAuthenticationOptions NewOptions(Func<X509Certificate?, X509Chain?, SslPolicyErrors, bool> isAccepted) => new()
    {
        TargetHost = _host,
        // rule S2
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,
        ClientCertificateContext = _certificate,
        CertificateChainPolicy = _servers,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            isAccepted(certificate, chain, errors) || _options.SkipVerification,
    };
}
