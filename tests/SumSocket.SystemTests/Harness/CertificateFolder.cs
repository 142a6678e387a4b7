using System.Security.Cryptography.X509Certificates;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Harness;

/// <summary>Certificates and keys in files, as the programs take them. Disposing deletes them.</summary>
internal sealed class CertificateFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sumsocket-tls");

    public CertificateFolder()
    {
        Authority = Write("authority.pem", TestCertificates.Authority.ExportCertificatePem());
        Server = Add("server", TestCertificates.Server);
        Client = Add("client", TestCertificates.Client);
    }

    /// <summary>The authority that issued the good ones.</summary>
    public string Authority { get; }

    /// <summary>A good server's <c>--tls-cert FILE --tls-key FILE</c>.</summary>
    public string[] Server { get; }

    /// <summary>The same of a good client.</summary>
    public string[] Client { get; }

    /// <summary>The options of a client that verifies the good server.</summary>
    public string[] Trust => ["--tls", "--tls-ca", Authority];

    /// <summary>Writes a certificate and its key, over those of the same name.</summary>
    /// <returns>The options that name them.</returns>
    public string[] Add(string name, X509Certificate2 certificate) =>
    [
        "--tls-cert", Write($"{name}.pem", certificate.ExportCertificatePem()),
        "--tls-key", Write($"{name}.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
    ];

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
