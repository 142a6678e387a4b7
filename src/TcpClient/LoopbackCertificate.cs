using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SumSocket.Cli.Tls;

namespace SumSocket.Apps;

/// <summary>The certificate of a private server: made when it starts, known to its client alone, and gone with the process.</summary>
internal static class LoopbackCertificate
{
    /// <summary>The name that it is for. A name and not an address, since the runtime resumes sessions only with names.</summary>
    public const string Host = "localhost";

    private static readonly TimeSpan _clockSkew = TimeSpan.FromDays(1);

    public static X509Certificate2 Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        return PemFiles.Usable(request.CreateSelfSigned(DateTimeOffset.UtcNow - _clockSkew, DateTimeOffset.UtcNow.AddYears(1)));
    }
}
