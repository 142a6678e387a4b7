using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SumSocket.Sockets.Tls;

namespace SumSocket.Server.Tcp;

/// <summary>The TLS of one server: its certificate, whom it trusts, and the handshakes under way.</summary>
internal sealed class ServerTls
{
    /// <summary>A fatal alert, unexpected_message (RFC 8446, section 6): what a peer that speaks no TLS gets, so that it can recognise
    /// TLS.</summary>
    private static readonly byte[] _alert = [21, 3, 3, 0, 2, 2, 10];

    private readonly X509ChainPolicy? _clients;
    private readonly SumTcpServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly HandshakeQueue _queue = new();
    private volatile SslStreamCertificateContext _certificate;

    public ServerTls(TlsServerOptions options, SumTcpServerMetrics metrics, TimeProvider time, ILogger log)
    {
        (_metrics, _time, _log) = (metrics, time, log);
        _clients = options.ClientAuthorities is { } authorities ? PeerCertificate.Policy(authorities, ofServer: false) : null;
        _certificate = ContextOf(options.Certificate, options.Intermediates);
    }

    /// <summary>Changes the certificate for the handshakes that begin from now on.</summary>
    // rule S8
    public void Replace(X509Certificate2 certificate, X509Certificate2Collection intermediates) =>
        _certificate = ContextOf(certificate, intermediates);

    /// <summary>TLS over an accepted connection.</summary>
    public static ITransport Wrap(ITransport transport) => new TlsTransport(transport);

    /// <summary>Completes the handshake on a connection. Never throws; a failure is in the log, unless the server ended the
    /// connection.</summary>
    /// <returns>Why the connection must end; <see cref="CloseReason.None"/> when it is good.</returns>
    public async Task<CloseReason> HandshakeAsync(ITransport bare, SumTcpConnection connection)
    {
        long start = _time.GetTimestamp();
        (CloseReason failure, SslProtocols protocol) = await TryHandshakeAsync((TlsTransport)bare, connection).ConfigureAwait(false);
        _metrics.HandshakeEnded(_time.GetElapsedTime(start), protocol, failure);
        return failure;
    }

    private async Task<(CloseReason Failure, SslProtocols Protocol)> TryHandshakeAsync(TlsTransport transport, SumTcpConnection connection)
    {
        string? refusal = null;
        try
        {
            SslStream ssl = await transport.HandshakeAsync(
                ssl => ssl.AuthenticateAsServerAsync(NewOptions((certificate, chain, errors) =>
                    (refusal = PeerCertificate.Refusal(certificate, chain, errors, host: null)) is null)),
                _queue, isServer: true).ConfigureAwait(false);
            TlsServerLog.HandshakeDone(_log, connection.Id, ssl.SslProtocol, ssl.NegotiatedCipherSuite);
            return (CloseReason.None, ssl.SslProtocol);
        }
        catch (Exception failure) when (connection.Reason == CloseReason.None)
        {
            string why = refusal is null ? TlsFailure.Describe(failure, transport) : $"client certificate refused: {refusal}";
            TlsServerLog.HandshakeFailed(_log, connection.Id, why);
            if (refusal is not null)
                return (CloseReason.ClientCertificate, SslProtocols.None);
            if (transport.First is not { IsEmpty: false, IsTls: false })
                return (CloseReason.HandshakeFailed, SslProtocols.None);
            transport.TrySendBare(_alert); // rule S4
            return (CloseReason.NotTls, SslProtocols.None);
        }
        catch (Exception)
        {
            return (connection.Reason, SslProtocols.None); // it was ended under the handshake
        }
    }

    private SslServerAuthenticationOptions NewOptions(Func<X509Certificate?, X509Chain?, SslPolicyErrors, bool> isAccepted)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _certificate,
            // rule S2: no older ones, whatever the system allows
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_clients is null)
            return options;
        options.ClientCertificateRequired = true; // rule S7
        options.CertificateChainPolicy = _clients;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => isAccepted(certificate, chain, errors);
        return options;
    }

    /// <summary>One context for all connections makes resumption work. Offline: no wait for the network to complete a chain.</summary>
    private SslStreamCertificateContext ContextOf(X509Certificate2 certificate, X509Certificate2Collection intermediates)
    {
        if (PeerCertificate.TimeFault(certificate, DateTime.UtcNow) is { } fault)
            TlsServerLog.CertificateNotValid(_log, fault);
        return SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }
}
