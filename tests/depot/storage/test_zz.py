import traceback, pickle
from tests.depot.storage.test_crash_images import *
from tests.depot.storage.test_crash_images import _power_cuts,_put_down
def test_x(stocked,tmp_path,clerk):
    bad=0
    for n,found in enumerate(_power_cuts(stocked,tmp_path,clerk)):
        file=_put_down(found,tmp_path/f"image{n}")
        try:
            with open_ledger(settings_for(file)): pass
            assert found.acknowledged <= lender.keys_in(file)
        except Exception as e:
            bad+=1; print("BAD",n,found.moment,repr(e)[:200], {k:len(v) for k,v in found.files.items()})
    print("N",n,"BAD",bad)
    if not bad: return
    import shutil; shutil.rmtree("/tmp/e2t/bad",ignore_errors=True); shutil.copytree(tmp_path,"/tmp/e2t/bad"); shutil.copytree(stocked,"/tmp/e2t/bad/stocked")
