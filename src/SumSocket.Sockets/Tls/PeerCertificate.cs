using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SumSocket.Sockets.Tls;

/// <summary>Checks a peer's certificate and says in words what is wrong with it.</summary>
internal static class PeerCertificate
{
    private const int MaxText = 80;
    private const int MaxNames = 5;

    /// <summary>What a chain must lead to, and for which use.</summary>
    /// <param name="authorities">The only roots trusted; null for the system's.</param>
    /// <param name="ofServer">Whether the certificate is a server's.</param>
    /// <remarks>Revocation is not checked: it would wait for the network inside a handshake.</remarks>
    public static X509ChainPolicy Policy(X509Certificate2Collection? authorities, bool ofServer)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.ApplicationPolicy.Add(new Oid(ofServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")); // RFC 5280, section 4.2.1.12
        if (authorities is null)
            return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>Why a certificate is refused; null when it is not.</summary>
    /// <param name="certificate">What the peer gave; null for nothing.</param>
    /// <param name="chain">The chain built from it.</param>
    /// <param name="errors">What the runtime found.</param>
    /// <param name="host">The name that a server's certificate must have; null for a client's.</param>
    public static string? Refusal(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string? host)
    {
        if (certificate is not X509Certificate2 leaf || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "there is none";
        if (errors == SslPolicyErrors.None)
            return null;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null && ChainFault(leaf, chain, host) is { } fault)
            return fault;
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"it is not for '{host}' but for {NamesOf(leaf)}"
            : "it cannot be verified";
    }

    /// <summary>When a certificate is not valid now: why; else null.</summary>
    public static string? TimeFault(X509Certificate2 certificate, DateTime now) =>
        now > certificate.NotAfter.ToUniversalTime() ? $"expired on {Date(certificate.NotAfter)}"
        : now < certificate.NotBefore.ToUniversalTime() ? $"is not valid before {Date(certificate.NotBefore)}"
        : null;

    /// <summary>Text from a certificate that the peer chose: bounded, and without control characters, for a log or a terminal.</summary>
    public static string Visible(string text)
    {
        string clean = string.Concat(text.Take(MaxText).Select(c => c is < ' ' or > '~' ? '?' : c));
        return text.Length > MaxText ? clean + "..." : clean;
    }

    private static string? ChainFault(X509Certificate2 leaf, X509Chain chain, string? host)
    {
        X509ChainStatusFlags all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status);
        if (all.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            DateTime now = DateTime.UtcNow;
            X509Certificate2 faulty =
                chain.ChainElements.Select(element => element.Certificate).FirstOrDefault(one => TimeFault(one, now) is not null) ?? leaf;
            string which = faulty.Equals(leaf) ? "it" : $"that of its issuer '{NameOf(faulty.SubjectName)}'";
            return $"{which} {TimeFault(faulty, now) ?? "is not valid now"}";
        }

        if (all.HasFlag(X509ChainStatusFlags.UntrustedRoot) || all.HasFlag(X509ChainStatusFlags.PartialChain))
        {
            return leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData)
                ? "it is self-signed and not among those trusted"
                : $"its issuer '{NameOf(leaf.IssuerName)}' is not trusted";
        }

        return all.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? $"its usage is not that of a {(host is null ? "client" : "server")}"
            : all == X509ChainStatusFlags.NoError ? null
            : $"it cannot be verified: {all}";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] all = names is null ? [] : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(ip => ip.ToString())];
        if (all.Length == 0)
            return $"'{NameOf(certificate.SubjectName)}'";
        string listed = string.Join(", ", all.Take(MaxNames).Select(name => $"'{Visible(name)}'"));
        return all.Length > MaxNames ? $"{listed} and {all.Length - MaxNames} more" : listed;
    }

    private static string NameOf(X500DistinguishedName name) => Visible(name.Name);

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
