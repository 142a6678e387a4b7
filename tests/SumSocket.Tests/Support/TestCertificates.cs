using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SumSocket.Tests;

/// <summary>Certificates made at run time: one authority for all tests, and whatever of it a test needs.</summary>
internal static class TestCertificates
{
    internal const string ServerUse = "1.3.6.1.5.5.7.3.1";
    internal const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private static readonly Lazy<X509Certificate2> _authority = new(() => NewAuthority("Test authority"));
    private static readonly Lazy<X509Certificate2> _server = new(() => Issue("Test server", ServerUse));
    private static readonly Lazy<X509Certificate2> _client = new(() => Issue("Test client", ClientUse));

    public static X509Certificate2 Authority => _authority.Value;

    /// <summary>A good certificate for localhost and 127.0.0.1.</summary>
    public static X509Certificate2 Server => _server.Value;

    public static X509Certificate2 Client => _client.Value;

    /// <summary>Trusts the authority of the tests alone.</summary>
    public static X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { Authority },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    public static X509Certificate2 NewAuthority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2));
    }

    /// <summary>A certificate with its key.</summary>
    /// <param name="name">The subject.</param>
    /// <param name="use">The one usage it has.</param>
    /// <param name="validDays">From when to when, in days from now.</param>
    /// <param name="issuer">Who signs; null for the authority of the tests.</param>
    /// <param name="selfSigned">Signs itself instead.</param>
    /// <param name="hosts">The names it is for; none for localhost and 127.0.0.1.</param>
    public static X509Certificate2 Issue(
        string name, string use, (double From, double To)? validDays = null, X509Certificate2? issuer = null, bool selfSigned = false,
        params string[] hosts)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts.Length > 0 ? hosts : ["localhost"])
            names.AddDnsName(host);
        if (hosts.Length == 0)
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        (double from, double to) = validDays ?? (-1, 1);
        (DateTimeOffset start, DateTimeOffset end) = (DateTimeOffset.UtcNow.AddDays(from), DateTimeOffset.UtcNow.AddDays(to));
        if (selfSigned)
            return request.CreateSelfSigned(start, end);
        using X509Certificate2 signed = request.Create(issuer ?? Authority, start, end, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
