using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SumSocket.Cli;
using SumSocket.Cli.Tls;
using Xunit;

namespace SumSocket.Tests.Fuzzing;

/// <summary>Files of certificates and keys, put together from good and bad parts, so that it is known what they hold, and then with bytes
/// broken anywhere: a file is read or refused in a line that names its option.</summary>
public sealed class PemFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly PbeParameters _encryption = new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1);

    private static readonly string[] _strange =
        ["=", "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "\0", "\u00FF", "\u202E"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sumsocket-pem-fuzz");
    private readonly Dictionary<string, int> _reached = [];
    private Random _random = new(0);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_pair_of_files_is_read_as_it_was_put_together_or_refused_in_a_line()
    {
        int seed = Fuzz.Seed(output), cases = Fuzz.Cases(400);
        _random = new Random(seed);
        (string certificateFile, string keyFile) = (Path.Combine(_folder.FullName, "c.pem"), Path.Combine(_folder.FullName, "k.pem"));
        for (int i = 0; i < cases; i++)
        {
            (string certificates, string[] thumbprints) = Certificates();
            (string key, bool isItsKey) = Key();
            bool isBroken = _random.Next(2) == 0;
            if (isBroken)
                (certificates, key) = _random.Next(2) == 0 ? (Damage(certificates), key) : (certificates, Damage(key));
            File.WriteAllText(certificateFile, certificates);
            File.WriteAllText(keyFile, key);
            string result = Read(certificateFile, keyFile);
            string? expected = isBroken ? null
                : thumbprints.Length == 0 ? "refused --tls-cert"
                : isItsKey ? string.Join(' ', thumbprints) : "refused --tls-key";
            if (expected is not null && result != expected)
                Assert.Fail($"Files {i} of SUMSOCKET_TEST_SEED={seed}: expected {expected}, got {result}\n{certificates}\n{key}");
            bool isRefused = result.StartsWith("refused", StringComparison.Ordinal);
            string outcome = $"{(isBroken ? "broken" : "whole")} {(isRefused ? result : "read")}";
            _reached[outcome] = _reached.GetValueOrDefault(outcome) + 1;
        }

        Fuzz.Report(output, cases, _reached);
        Assert.Contains("whole read", _reached.Keys);
        Assert.Contains("broken refused --tls-cert", _reached.Keys);
    }

    private static string Read(string certificateFile, string keyFile)
    {
        try
        {
            (X509Certificate2 certificate, X509Certificate2Collection others) = PemFiles.ReadCertificate(certificateFile, keyFile);
            using (certificate)
                return string.Join(' ', [certificate.Thumbprint, .. others.Select(one => one.Thumbprint)]);
        }
        catch (CommandFailedException refused) when (refused.ExitCode == ExitCode.Usage && !refused.Message.Contains('\n'))
        {
            return $"refused {refused.Message[..refused.Message.IndexOf(':')]}";
        }
    }

    /// <summary>The server's certificate and perhaps more, with what may stand between.</summary>
    private (string Text, string[] Thumbprints) Certificates()
    {
        List<string> parts = [Between()];
        List<string> thumbprints = [];
        if (_random.Next(8) > 0)
        {
            foreach (X509Certificate2 one in (X509Certificate2[])
                [TestCertificates.Server, .. Enumerable.Repeat(TestCertificates.Authority, _random.Next(3))])
            {
                parts.Add(one.ExportCertificatePem() + "\n");
                parts.Add(Between());
                thumbprints.Add(one.Thumbprint);
            }
        }

        return (Lines(string.Concat(parts)), [.. thumbprints]);
    }

    private (string Text, bool IsItsKey) Key()
    {
        ECDsa own = TestCertificates.Server.GetECDsaPrivateKey()!;
        (string key, bool isIts) = _random.Next(6) switch
        {
            0 => (TestCertificates.Client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), false),
            1 => (TestCertificates.Server.ExportCertificatePem(), false),
            2 => (own.ExportEncryptedPkcs8PrivateKeyPem("secret", _encryption), false),
            3 => (own.ExportECPrivateKeyPem(), true),
            _ => (own.ExportPkcs8PrivateKeyPem(), true),
        };
        return (Lines($"{Between()}{key}\n{Between()}"), isIts);
    }

    private string Between() => _random.Next(6) switch
    {
        0 => "Bag Attributes\n    friendlyName: a name\n",
        1 => "\n\n",
        2 => "-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n",
        _ => "",
    };

    private string Lines(string text) => _random.Next(4) == 0 ? text.ReplaceLineEndings("\r\n") : text;

    private string Damage(string text)
    {
        for (int faults = _random.Next(1, 4); faults > 0 && text.Length > 0; faults--)
        {
            int at = _random.Next(text.Length);
            text = _random.Next(5) switch
            {
                0 => text[..at],
                1 => text.Remove(at, Math.Min(text.Length - at, _random.Next(1, 70))),
                2 => text.Insert(at, text[at..Math.Min(text.Length, at + _random.Next(1, 200))]),
                3 => text.Insert(at, _strange[_random.Next(_strange.Length)]),
                _ => $"{text[..at]}{(char)_random.Next(128)}{text[(at + 1)..]}",
            };
        }

        return text;
    }
}
