using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FluentAssertions;
using SumSocket.Cli;
using SumSocket.Cli.Tls;
using Xunit;

namespace SumSocket.Tests.Cli;

/// <summary>Certificates and keys in files.</summary>
public sealed class PemFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sumsocket-pem");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Reads_a_certificate_with_its_key_and_those_that_follow_it()
    {
        string certificate = Write("c.pem", $"{Certificate(TestCertificates.Server)}\n{Certificate(TestCertificates.Authority)}");
        string key = Write("k.pem", "Some words before.\n" + Key(TestCertificates.Server));

        (X509Certificate2 read, X509Certificate2Collection intermediates) = PemFiles.ReadCertificate(certificate, key);

        read.Thumbprint.Should().Be(TestCertificates.Server.Thumbprint);
        read.HasPrivateKey.Should().BeTrue();
        intermediates.Should().ContainSingle().Which.Thumbprint.Should().Be(TestCertificates.Authority.Thumbprint);
    }

    [Fact]
    public void Says_what_is_wrong_with_a_file_and_which_option_named_it()
    {
        string certificate = Write("c.pem", Certificate(TestCertificates.Server));
        string key = Write("k.pem", Key(TestCertificates.Server));
        string otherKey = Write("other.pem", Key(TestCertificates.Client));
        string encrypted = Write("encrypted.pem", TestCertificates.Server.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)));
        string broken = Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        string missing = Path.Combine(_folder.FullName, "missing.pem");
        string foreign = Write("foreign.pem", KeyOfAnUnknownCurve());

        Refusal(missing, key).Should().Be($"--tls-cert: '{missing}' does not exist");
        Refusal(_folder.FullName, key).Should().Be($"--tls-cert: '{_folder.FullName}' cannot be read");
        Refusal(key, key).Should().Be($"--tls-cert: '{key}' holds no certificate in PEM");
        Refusal(broken, key).Should().Be($"--tls-cert: '{broken}' holds a certificate that cannot be read");
        Refusal(certificate, certificate).Should().Be($"--tls-key: '{certificate}' holds no private key in PEM");
        Refusal(certificate, encrypted).Should().Be($"--tls-key: '{encrypted}' is encrypted: give one without a passphrase");
        Refusal(certificate, foreign).Should().Be($"--tls-key: '{foreign}' is of a kind that this system does not know");
        Refusal(certificate, otherKey).Should().Be($"--tls-key: '{otherKey}' is not the key of the certificate in '{certificate}'");
    }

    private static string Refusal(string certificate, string key)
    {
        CommandFailedException refused = FluentActions.Invoking(() => PemFiles.ReadCertificate(certificate, key)).Should()
            .Throw<CommandFailedException>().Which;
        refused.ExitCode.Should().Be(ExitCode.Usage);
        return refused.Message;
    }

    private static string Certificate(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    private static string Key(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    /// <summary>Of one that no system has: 1.2.840.10045.3.4.7.</summary>
    private static string KeyOfAnUnknownCurve()
    {
        byte[] key = TestCertificates.Server.GetECDsaPrivateKey()!.ExportECPrivateKey();
        int curve = key.AsSpan().IndexOf(Convert.FromHexString("2A8648CE3D0301"));
        key[curve + 6] = 4;
        return PemEncoding.WriteString("EC PRIVATE KEY", key);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
