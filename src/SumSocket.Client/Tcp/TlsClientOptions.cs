using System.Security.Cryptography.X509Certificates;

namespace SumSocket.Client.Tcp;

/// <summary>TLS for a <see cref="SumTcpClient"/>: versions 1.3 (RFC 8446) and 1.2 (RFC 5246), with resumption where the server has a name
/// and not only an address.</summary>
public sealed record TlsClientOptions
{
    /// <summary>The name that the server's certificate must have, and that the server is asked for (SNI, RFC 6066). Default null:
    /// <see cref="SumTcpClientOptions.Host"/>.</summary>
    public string? ServerName { get; init; }

    /// <summary>The only authorities whose server certificates are accepted. Default null: those that the system trusts. Revocation is not
    /// checked.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Accepts any server certificate, so that anyone on the path may read and change everything. Default false.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>The client's own certificate with its private key, for servers that ask for one. Default none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The certificates between it and its root, which the server is sent too. Default none.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    internal void Validate()
    {
        if (ServerName is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(ServerName);
        ArgumentNullException.ThrowIfNull(Intermediates);
        if (Authorities is { Count: 0 })
            throw new ArgumentException("Authorities is empty: no server could be verified.", nameof(Authorities));
        if (Certificate is { HasPrivateKey: false })
            throw new ArgumentException("The certificate has no private key.", nameof(Certificate));
    }
}
