using System.Security.Cryptography.X509Certificates;

namespace SumSocket.Server.Tcp;

/// <summary>TLS for a <see cref="SumTcpServer"/>: versions 1.3 (RFC 8446) and 1.2 (RFC 5246), with resumption.</summary>
public sealed record TlsServerOptions
{
    /// <summary>The server's certificate with its private key. <see cref="SumTcpServer.ReplaceCertificate"/> changes it later.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The certificates between it and its root, which clients are sent too. Default none.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>The only authorities whose client certificates are accepted; each client must then have one, for client authentication,
    /// valid now. Revocation is not checked. Default null: clients need none.</summary>
    public X509Certificate2Collection? ClientAuthorities { get; init; }

    /// <summary>How long a handshake may take, from the accept. Default 10 s, of which an honest client needs two or three round
    /// trips.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal void Validate()
    {
        RequireKey(Certificate);
        ArgumentNullException.ThrowIfNull(Intermediates);
        if (ClientAuthorities is { Count: 0 })
            throw new ArgumentException("ClientAuthorities is empty: no client could connect.", nameof(ClientAuthorities));
        OptionRange.ThrowUnlessTimeout(HandshakeTimeout, nameof(HandshakeTimeout), mayBeInfinite: false);
    }

    internal static void RequireKey(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (!certificate.HasPrivateKey)
            throw new ArgumentException("The certificate has no private key.", nameof(certificate));
    }
}
