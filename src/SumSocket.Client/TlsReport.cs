using System.Security.Cryptography.X509Certificates;

namespace SumSocket.Client;

/// <summary>What a TLS handshake agreed on, for people.</summary>
/// <param name="Session">Version and cipher suite: <c>TLS 1.3 TLS_AES_256_GCM_SHA384</c>.</param>
/// <param name="IsResumed">Whether it went on with an earlier session, so that the server sent no certificate.</param>
/// <param name="Chain">The server's certificate and those it leads to, as far as they are known.</param>
internal sealed record TlsReport(string Session, bool IsResumed, IReadOnlyList<TlsCertificate> Chain)
{
    /// <summary>Why the server's certificate would have been refused, had it been verified; null when nothing is wrong.</summary>
    public string? Refusal { get; init; }
}

/// <summary>One certificate of a chain.</summary>
/// <param name="Subject">What it is for.</param>
/// <param name="Issuer">What signed it.</param>
/// <param name="End">When it ends, UTC.</param>
internal sealed record TlsCertificate(string Subject, string Issuer, DateTime End)
{
    public static TlsCertificate Of(X509Certificate2 certificate) =>
        new(certificate.Subject, certificate.Issuer, certificate.NotAfter.ToUniversalTime());
}
